import { Duration, Size } from 'cdk8s';
import {
  NodeIds,
  ServerStorage,
  ControllerQuorum,
  ControllerQuorumProps,
  KafkaVersion,
  QuorumKind,
} from '../../lib';
import { CASES } from '../support/cases';
import { NO_LABELS, noLabel } from '../support/messages';
import {
  Manifest,
  find,
  messageOf,
  newChart,
  objectsOf,
  readProperties,
  snapshotOf,
} from '../support/testing';

function newQuorum(props: Partial<ControllerQuorumProps> = {}, namespace = 'kafka'): ControllerQuorum {
  return new ControllerQuorum(newChart(namespace), 'Controllers', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
    ...props,
  });
}

function quorumWith(props: Partial<ControllerQuorumProps> = {}) {
  const quorum = newQuorum(props);
  const objects = objectsOf(quorum);
  const { data } = find(objects, 'ConfigMap', 'events-controllers');
  const set: Manifest = quorum.statefulSet.toJson();
  const pod = set.spec.template.spec;
  return {
    quorum,
    pod,
    set,
    settings: readProperties(data['server.properties']),
    agentConfig: JSON.parse(data['agent.json']),
    format: pod.initContainers[1].command,
  };
}

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['ControllerQuorum, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  expect(snapshotOf(objectsOf(CASES['ControllerQuorum, all props'](newChart())))).toMatchSnapshot();
});

test.each<[KafkaVersion, QuorumKind]>([
  [KafkaVersion.V3_9, QuorumKind.STATIC],
  [KafkaVersion.V4_0, QuorumKind.STATIC],
  [KafkaVersion.V4_1, QuorumKind.STATIC],
  [KafkaVersion.V4_2, QuorumKind.DYNAMIC],
  [KafkaVersion.V4_4, QuorumKind.DYNAMIC],
])('the kind follows from the version (%#)', (version, kind) => {
  expect(newQuorum({ version }).quorumKind).toBe(kind);
});

const SERVERS = [1, 2, 3].map(
  (id) => `events-controllers-${id}.events-controllers.kafka.svc.cluster.local:9093`,
);

test('a dynamic quorum is found through its servers, and its first voters stand in the format', () => {
  // WHEN
  const { quorum, settings, format } = quorumWith();

  // THEN
  expect(settings['controller.quorum.bootstrap.servers']).toBe(SERVERS.join(','));
  expect(settings).not.toHaveProperty(['controller.quorum.voters']);
  expect(quorum.brokerSettings('events')).toEqual({
    'process.roles': 'broker',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': SERVERS.join(','),
  });
  const [, voters] = /^--initial-controllers=(.*)$/.exec(format.at(-1))!;
  expect(voters.split(',')).toEqual(
    SERVERS.map((server, index) =>
      expect.stringMatching(new RegExp(`^${index + 1}@${server}:[A-Za-z0-9_-]{22}$`)),
    ),
  );
});

test('every controller has a directory id of its own', () => {
  const [, voters] = /^--initial-controllers=(.*)$/.exec(quorumWith().format.at(-1))!;
  const ids = voters.split(',').map((voter) => voter.slice(-22));

  expect(new Set(ids).size).toBe(3);
});

test('a static quorum stands in the settings', () => {
  // WHEN
  const { quorum, settings, format } = quorumWith({ quorumKind: QuorumKind.STATIC });

  // THEN
  const voters = SERVERS.map((server, index) => `${index + 1}@${server}`).join(',');
  expect(settings['controller.quorum.voters']).toBe(voters);
  expect(settings).not.toHaveProperty(['controller.quorum.bootstrap.servers']);
  expect(quorum.brokerSettings('events')['controller.quorum.voters']).toBe(voters);
  expect(format.at(-1)).toBe('--ignore-formatted');
});

test('the cluster id depends on the namespace and the name, and on nothing else', () => {
  const ids = [
    newQuorum(),
    newQuorum({ version: KafkaVersion.V4_0, nodeIds: NodeIds.between(1, 5) }),
    newQuorum({}, 'other'),
    newQuorum({ clusterName: 'other' }),
  ].map(({ clusterId }) => clusterId);

  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
  // It stands on every disk: another derivation would make clusters that exist unusable.
  expect(ids[0]).toBe('6RPbsmmgN88ViWbKJTNH3A');
});

test('a cluster id may be taken over', () => {
  const { quorum, agentConfig, format } = quorumWith({ clusterId: '-kU3OEVBNTcwNTJENDM2Qg' });

  expect(quorum.clusterId).toBe('-kU3OEVBNTcwNTJENDM2Qg');
  expect(agentConfig.clusterId).toBe('-kU3OEVBNTcwNTJENDM2Qg');
  expect(format).toContain('--cluster-id=-kU3OEVBNTcwNTJENDM2Qg');
});

test('the agent learns who votes', () => {
  expect(quorumWith().agentConfig).toMatchObject({
    role: 'controller',
    statefulSet: 'events-controllers',
    serviceHost: 'events-controllers.kafka.svc.cluster.local',
    listener: { name: 'CONTROLLER', port: 9093 },
    ledger: 'events-controllers-ledger',
    quorum: 'dynamic',
    voters: SERVERS.map((server, index) => ({ id: index + 1, host: server.replace(':9093', '') })),
  });
});

test('settings of a user win over the chosen ones', () => {
  const { settings } = quorumWith({ config: { 'min.insync.replicas': '1', 'metadata.log.segment.ms': '1' } });

  expect(settings).toMatchObject({
    'default.replication.factor': '3',
    'min.insync.replicas': '1',
    'metadata.log.segment.ms': '1',
    'process.roles': 'controller',
  });
});

test('the controllers may change their own ledger only, and read no nodes', () => {
  const objects = objectsOf(newQuorum());

  expect(find(objects, 'Role', 'events-controllers').rules).toEqual([
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-controllers-ledger'],
      verbs: ['get', 'patch'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['events-controllers-stop'],
      verbs: ['get', 'update'],
    },
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: ['events-controllers'],
      verbs: ['get'],
    },
  ]);
  expect(objects.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
});

test('one controller may be evicted at a time', () => {
  const { quorum, set } = quorumWith();

  expect(quorum.disruptionBudget.toJson().spec).toEqual({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    selector: set.spec.selector,
  });
});

test('one server is a quorum, for those who try things out', () => {
  expect(newQuorum({ nodeIds: NodeIds.between(1, 1) }).servers).toHaveLength(1);
});

test.each(NO_LABELS)("fails when clusterName is '%s'", (clusterName) => {
  expect(messageOf(() => newQuorum({ clusterName }))).toBe(noLabel('clusterName', clusterName));
});

test.each([
  [NodeIds.between(1, 2), 'nodeIds 1-2 are 2'],
  [NodeIds.between(101, 104), 'nodeIds 101-104 are 4'],
])('fails when there is an even number of controllers (%#)', (nodeIds, start) => {
  expect(messageOf(() => newQuorum({ nodeIds }))).toBe(
    `${start} controllers; a quorum of an even number survives no more failures than one ` +
      'with one member less, so choose an odd number, best 3',
  );
});

test.each([KafkaVersion.V3_9, KafkaVersion.V4_0, KafkaVersion.V4_1])(
  'fails when a version cannot form a dynamic quorum (%#)',
  (version) => {
    expect(messageOf(() => newQuorum({ version, quorumKind: QuorumKind.DYNAMIC }))).toBe(
      `quorumKind is dynamic with Kafka ${version.version}; it needs 4.2 or newer, so leave it out or write QuorumKind.STATIC`,
    );
  },
);

test.each(['', 'short', 'MkU3OEVBNTcwNTJENDM2Qg==', 'MkU3OEVBNTcwNTJENDM2Q+', 'MkU3OEVBNTcwNTJENDM2Qgg'])(
  "fails when clusterId is '%s'",
  (clusterId) => {
    expect(messageOf(() => newQuorum({ clusterId }))).toBe(
      `clusterId '${clusterId}' is no id of a cluster; write the 22 characters that meta.properties has (16 bytes in URL-safe base64, not beginning with zeros), or leave it out`,
    );
  },
);

// Ids whose first half is zero; two of them mean something else inside of Kafka.
test.each(['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAQ', 'AAAAAAAAAAAAAAAAAAAAYw'])(
  "fails when clusterId is '%s', which Kafka reserves",
  (clusterId) => {
    expect(messageOf(() => newQuorum({ clusterId }))).toBe(
      `clusterId '${clusterId}' is no id of a cluster; write the 22 characters that meta.properties has (16 bytes in URL-safe base64, not beginning with zeros), or leave it out`,
    );
  },
);

test('a cluster id may begin with some zeros', () => {
  expect(newQuorum({ clusterId: 'AAAAAAAAABAAAAAAAAAAAA' }).clusterId).toBe('AAAAAAAAABAAAAAAAAAAAA');
});

test('shows the ConfigMap of the configuration, and the ledger', () => {
  const { configMap, ledger } = newQuorum();

  expect(configMap.name).toBe('events-controllers');
  expect(Object.keys((configMap.toJson() as Manifest).data).sort()).toEqual([
    'agent.json',
    'log4j2.yaml',
    'server.properties',
  ]);
  expect(ledger.name).toBe('events-controllers-ledger');
  expect(ledger.toJson()).not.toHaveProperty('data');
});

test('fails when there are two disks', () => {
  const storage = ServerStorage.networkVolume({ size: Size.gibibytes(10), disks: 2 });

  expect(messageOf(() => newQuorum({ storage }))).toBe(
    "storage of the controllers of cluster 'events' has 2 disks; it keeps one log, so give it 1 disk",
  );
});

test('fails when the heap takes all of the memory', () => {
  expect(messageOf(() => newQuorum({ heap: Size.gibibytes(2) }))).toBe(
    "heap 2Gi of the controllers of cluster 'events' is not below its memory limit 2Gi; " +
      'the JVM needs memory beside its heap and Kafka lives off the page cache, so give it half or less',
  );
});

test.each([0, 999])('fails when shutdownGracePeriod is %i ms', (milliseconds) => {
  expect(messageOf(() => newQuorum({ shutdownGracePeriod: Duration.millis(milliseconds) }))).toBe(
    `shutdownGracePeriod of the controllers of cluster 'events' is ${milliseconds} ms; give it a second or more`,
  );
});

test('a shutdownGracePeriod of one second is enough to be counted', () => {
  const { pod } = quorumWith({ preStopTimeout: Duration.seconds(5), shutdownGracePeriod: Duration.seconds(1) });

  expect(pod.terminationGracePeriodSeconds).toBe(6);
});

test('fails when the chart names no namespace', () => {
  expect(messageOf(() => newQuorum({}, ''))).toBe(
    "chart 'test' names no namespace, and addresses of brokers contain it; write new Chart(app, 'test', { namespace: '...' })",
  );
});
