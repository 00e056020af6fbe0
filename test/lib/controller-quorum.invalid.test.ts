import { Duration, Size } from 'cdk8s';
import { ControllerQuorumOptions, KafkaVersion, QuorumKind, ServerStorage } from '../../lib';
import { newCluster } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

const failureOf = (controllers: ControllerQuorumOptions, version = KafkaVersion.V4_4) =>
  messageOf(() => newCluster(newChart(), { controllers, version }));

test.each([0, 2, 4, 11, -1, 1.5, NaN])('fails when count is %d', (count) => {
  expect(failureOf({ count })).toBe(
    `controllers.count is ${count}; use 1, 3, 5, 7 or 9, preferably 3 or 5: an even number tolerates no more failures than ` +
      'one controller less',
  );
});

test('count can be 9', () => {
  expect(failureOf({ count: 9 })).toBe('nothing was thrown');
});

test.each([-1, 1.5])('fails when firstNodeId is %d', (firstNodeId) => {
  expect(failureOf({ firstNodeId })).toBe(
    `node ids must be whole numbers from 0 to 2147483647, got ${firstNodeId} in the range ${firstNodeId}-${firstNodeId + 2}`,
  );
});

test.each([KafkaVersion.V3_9, KafkaVersion.V4_0, KafkaVersion.V4_1])(
  'fails when a version cannot form a dynamic quorum (%#)',
  (version) => {
    expect(failureOf({ quorumKind: QuorumKind.DYNAMIC }, version)).toBe(
      `quorumKind is DYNAMIC with Kafka ${version.version}; it needs Kafka 4.2 or newer, so leave it out or use ` +
        'QuorumKind.STATIC',
    );
  },
);

test('fails when quorumKind is not a QuorumKind', () => {
  expect(failureOf({ quorumKind: 'Static' as QuorumKind })).toBe(
    'controllers.quorumKind of a KafkaCluster is "Static"; it must be one of "dynamic", "static"',
  );
});

test('fails when there are two disks', () => {
  const storage = ServerStorage.networkVolume({ size: Size.gibibytes(10), disks: 2 });

  expect(failureOf({ storage })).toBe(
    "storage of the controllers of cluster 'events' must have exactly 1 disk, got 2",
  );
});

test('fails when the storage is deleted with its pod', () => {
  const storage = ServerStorage.ephemeral({ size: Size.gibibytes(10) });

  expect(failureOf({ storage })).toBe(
    "storage of the controllers of cluster 'events' is ephemeral, and the metadata of the cluster would be lost with its pods; use " +
      'ServerStorage.networkVolume() or ServerStorage.localVolume()',
  );
});

test('fails when the heap takes all of the memory', () => {
  expect(failureOf({ heap: Size.gibibytes(2) })).toBe(
    "heap 2Gi of the controllers of cluster 'events' must be below its memory limit 2Gi; " +
      'the JVM needs memory outside its heap and Kafka relies on the page cache, so use half of the memory or less',
  );
});

test.each<[property: keyof ControllerQuorumOptions, duration: Duration, text: string, minimum: string]>([
  ['shutdownGracePeriod', Duration.millis(999), '999 ms', '1 second'],
  ['preStopTimeout', Duration.days(8), '8 days', '1 second'],
  ['startupTimeout', Duration.seconds(59), '59 seconds', '1 minute'],
  ['maxForceDuration', Duration.seconds(299), '299 seconds', '5 minutes'],
])('fails when %s is out of range', (property, duration, text, minimum) => {
  expect(failureOf({ [property]: duration })).toBe(
    `${property} of the controllers of cluster 'events' is ${text}; it must be between ${minimum} and 7 days`,
  );
});

test.each(['default.replication.factor', 'min.insync.replicas'])(
  'fails when %s is set for the controllers only',
  (setting) => {
    expect(failureOf({ config: { [setting]: '1' } })).toMatch(
      new RegExp(
        `^setting '${setting}' of the controllers of cluster 'events' is '1', but .*KafkaCluster\\.config$`,
      ),
    );
  },
);

test('fails when a JVM option sets the heap', () => {
  expect(failureOf({ jvmOptions: ['-Xmx1g'] })).toBe(
    "jvmOptions of the controllers of cluster 'events' contain '-Xmx1g'; use the property heap, which is checked against the " +
      'memory limit',
  );
});
