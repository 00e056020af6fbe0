import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { DYNAMIC_SETTINGS, KAFKA_LINES } from '../../../lib/kafka/kafka-settings';
import { controllerRestartSettings, liveSettings, restartSettings } from '../../../lib/kafka/live-settings';

const VERSIONS = Object.values(KafkaVersion).filter((value) => value instanceof KafkaVersion);
const ALL = [KafkaVersion.V3_9, KafkaVersion.V4_4];

test('Kafka was asked about every version', () => {
  const lines = VERSIONS.map(({ version }) => version.split('.').slice(0, 2).join('.'));

  expect(KAFKA_LINES).toEqual(lines);
});

test.each(ALL.map((version) => [version.version, version] as const))(
  'what %s changes while it runs',
  (_, version) => {
    const { broker, cluster } = liveSettings(version, {});

    expect({ broker: Object.keys(broker), cluster: Object.keys(cluster) }).toMatchSnapshot();
  },
);

test.each(ALL)('nothing of listeners, and nothing that tools set, is changed by agents', (version) => {
  const { broker, cluster } = liveSettings(version, {});
  const names = [...Object.keys(broker), ...Object.keys(cluster)];

  expect(
    names.filter((name) => /listener|ssl|sasl|principal|throttled|reporters|providers/.test(name)),
  ).toEqual([]);
});

test('a value stands there as it is given, and null where there is none', () => {
  const { broker } = liveSettings(KafkaVersion.V4_4, { 'num.io.threads': '16', 'num.partitions': '3' });

  expect(broker['num.io.threads']).toBe('16');
  expect(broker['num.network.threads']).toBeNull();
  expect(broker).not.toHaveProperty(['num.partitions']);
});

test('settings on which the controllers act are those of the cluster', () => {
  const settings = { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' };
  const { broker, cluster } = liveSettings(KafkaVersion.V4_4, settings);

  expect(cluster).toEqual(settings);
  expect(broker).not.toHaveProperty(['min.insync.replicas']);
});

test('other units stand beside the one that can change', () => {
  const { broker } = liveSettings(KafkaVersion.V4_4, { 'log.retention.hours': '48' });

  expect(broker).toMatchObject({
    'log.retention.ms': null,
    'log.retention.minutes': null,
    'log.retention.hours': '48',
  });
});

test('a reference in one unit holds all of them back', () => {
  const settings = { 'log.retention.ms': '5', 'log.retention.hours': '${env:HOURS}' };
  const { broker } = liveSettings(KafkaVersion.V4_4, settings);

  expect(Object.keys(broker).filter((name) => name.startsWith('log.retention.'))).toEqual([
    'log.retention.bytes',
  ]);
  expect(restartSettings(KafkaVersion.V4_4, settings)).toEqual(settings);
});

test.each(['${file:/etc/x:threads}', 'a${env:X}b'])('a reference waits for a restart: %s', (value) => {
  const settings = { 'num.io.threads': value };

  expect(liveSettings(KafkaVersion.V4_4, settings).broker).not.toHaveProperty(['num.io.threads']);
  expect(restartSettings(KafkaVersion.V4_4, settings)).toEqual(settings);
});

test.each(VERSIONS)('every setting is changed live or by a restart, whatever the version: %#', (version) => {
  const names = [
    ...DYNAMIC_SETTINGS.flatMap((group) => group.names),
    'num.partitions',
    'log.flush.scheduler.interval.ms',
  ];
  const settings = Object.fromEntries(names.map((name) => [name, '1']));
  const { broker, cluster } = liveSettings(version, settings);
  const restart = Object.keys(restartSettings(version, settings));
  const live = [...Object.keys(broker), ...Object.keys(cluster)];

  // An interval of its own counts as another unit too.
  expect([...new Set([...live, ...restart])].sort()).toEqual([...new Set([...names, ...live])].sort());
});

test('other units of what is changed live need no restart, but an interval of its own does', () => {
  const settings = {
    'log.roll.hours': '1',
    'log.retention.minutes': '1',
    'log.flush.scheduler.interval.ms': '1',
  };

  expect(restartSettings(KafkaVersion.V4_4, settings)).toEqual({ 'log.flush.scheduler.interval.ms': '1' });
});

test('controllers restart for what they use', () => {
  const used = {
    'num.io.threads': '1',
    'max.connections': '1',
    'unclean.leader.election.enable': 'true',
    'num.partitions': '1',
  };
  const settings = {
    ...used,
    'log.retention.hours': '1',
    'message.max.bytes': '1',
    'remote.fetch.max.wait.ms': '1',
  };

  expect(controllerRestartSettings(KafkaVersion.V4_4, settings)).toEqual(used);
});

test('a version that is newer than what is known counts as the newest known', () => {
  expect(liveSettings(KafkaVersion.of('4.9.0'), {})).toEqual(liveSettings(KafkaVersion.V4_4, {}));
});
