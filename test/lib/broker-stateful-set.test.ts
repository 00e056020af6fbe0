import { Duration, Size } from 'cdk8s';
import { Cpu, TaintEffect } from 'cdk8s-plus-27';
import {
  AtRiskTopics,
  InstanceType,
  InternalTopicsOptions,
  KafkaVersion,
  NodeGroup,
  ServerStorage,
} from '../../lib';
import { CASES, newBrokers, newCluster, newMap, newZookeeperCluster } from '../support/cases';
import {
  Manifest,
  collectWarnings,
  newChart,
  objectsOf,
  serverParts,
  snapshotOf,
  synth,
} from '../support/testing';

type Props = NonNullable<Parameters<typeof newBrokers>[1]>;

const brokersWith = (props: Props = {}, cluster = newCluster(newChart())) =>
  serverParts(newBrokers(cluster, props));

const localDisks = (disks: number) =>
  ServerStorage.localVolume({ storageClassName: 'local', size: Size.gibibytes(10), disks });

afterEach(() => void jest.restoreAllMocks());

test.each([
  'BrokerStatefulSet, defaults',
  'BrokerStatefulSet, all props',
  'BrokerStatefulSet on ZooKeeper, defaults',
  'BrokerStatefulSet on ZooKeeper, all props',
] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

describe('settings', () => {
  test('settings of the brokers override settings of the cluster, and those override defaults', () => {
    // GIVEN
    const cluster = newCluster(newChart(), {
      config: { 'num.recovery.threads.per.data.dir': '3', 'log.retention.hours': '1', 'num.io.threads': '4' },
    });

    // WHEN
    const { settings } = brokersWith({ config: { 'num.io.threads': '16' } }, cluster);

    // THEN
    expect(settings).toMatchObject({
      'num.recovery.threads.per.data.dir': '3',
      'log.retention.hours': '1',
      'num.io.threads': '16',
    });
  });

  test('the construct sets listeners, log directories and the role', () => {
    expect(brokersWith().settings).toMatchObject({
      listeners: 'INTERNAL://:9091,CLIENT://:9092',
      'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL,CONTROLLER:SSL',
      'inter.broker.listener.name': 'INTERNAL',
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': '/var/lib/kafka/data-0/kafka-log',
      'process.roles': 'broker',
    });
  });

  test('brokers on ZooKeeper have no settings of controllers', () => {
    const { settings } = brokersWith({}, newZookeeperCluster(newChart()));

    expect(settings).toMatchObject({
      'broker.id.generation.enable': 'false',
      'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL',
    });
    expect(Object.keys(settings).filter((name) => /controller|process\.roles/.test(name))).toEqual([]);
  });

  test.each([
    [Cpu.millis(100), '2'],
    [Cpu.units(1), '2'],
    [Cpu.units(3.9), '3'],
    [Cpu.millis(6000), '6'],
    [Cpu.units(64), '8'],
  ])('the number of recovery threads follows from the CPU request (%#)', (cpu, threads) => {
    expect(brokersWith({ cpu }).settings['num.recovery.threads.per.data.dir']).toBe(threads);
  });

  test('values with special characters are read back unchanged', () => {
    const config = { 'sasl.login.callback': 'ä\\b\n c=d:e#f', 'leading.blank': '  x', empty: '' };

    expect(brokersWith({ config }).settings).toMatchObject(config);
  });

  test('acknowledged records survive the loss of a broker', () => {
    for (const cluster of [newCluster(newChart()), newZookeeperCluster(newChart())]) {
      expect(brokersWith({}, cluster).settings).toMatchObject({
        'default.replication.factor': '3',
        'min.insync.replicas': '2',
        'unclean.leader.election.enable': 'false',
        'auto.create.topics.enable': 'false',
      });
    }
  });
});

describe('size', () => {
  test.each<[string, Props, { cpu: string; memory: string; heap: string }]>([
    ['defaults', {}, { cpu: '1', memory: '4Gi', heap: '2048m' }],
    [
      'an instance type',
      { nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE) },
      { cpu: '3', memory: '27124Mi', heap: '6144m' },
    ],
    [
      'an instance type and a CPU request',
      { nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE), cpu: Cpu.units(2) },
      { cpu: '2', memory: '27124Mi', heap: '6144m' },
    ],
    ['memory only', { memory: Size.gibibytes(10) }, { cpu: '1', memory: '10Gi', heap: '5120m' }],
    ['much memory', { memory: Size.gibibytes(100) }, { cpu: '1', memory: '100Gi', heap: '6144m' }],
    ['heap only', { heap: Size.gibibytes(3) }, { cpu: '1', memory: '4Gi', heap: '3072m' }],
    [
      'CPU, memory and heap',
      { cpu: Cpu.millis(1500), memory: Size.mebibytes(1536), heap: Size.mebibytes(512) },
      { cpu: '1500m', memory: '1536Mi', heap: '512m' },
    ],
  ])('with %s', (_, props, { cpu, memory, heap }) => {
    const { container, env } = brokersWith(props);

    expect(container.resources).toEqual({
      requests: { cpu, memory, 'ephemeral-storage': '320Mi' },
      limits: { memory },
    });
    expect(env.KAFKA_HEAP_OPTS).toBe(`-Xms${heap} -Xmx${heap}`);
  });
});

describe('start', () => {
  test('disks are formatted with the cluster id, without initial controllers', () => {
    expect(brokersWith().pod.initContainers[1].command).toEqual([
      '/bin/sh',
      '-c',
      expect.stringContaining('exec /opt/kafka/bin/kafka-storage.sh format "$@" $more'),
      'format',
      expect.stringMatching(/^--cluster-id=[A-Za-z0-9_-]{22}$/),
      '--config=/run/cdk8s-kafka/server.properties',
      '--ignore-formatted',
      '--no-initial-controllers',
    ]);
  });

  test('the agent knows the version of Kafka, unless Kafka accepts features in development', () => {
    const unstable = { 'unstable.feature.versions.enable': 'true' };

    expect(brokersWith().agentConfig.kafkaVersion).toBe('4.4.0');
    expect(
      brokersWith({}, newCluster(newChart(), { config: unstable })).agentConfig.kafkaVersion,
    ).toBeUndefined();
  });

  test('with a static quorum, the format has no argument about controllers', () => {
    const { pod } = brokersWith({}, newCluster(newChart(), { version: KafkaVersion.V4_1 }));

    expect(pod.initContainers[1].command.at(-1)).toBe('--ignore-formatted');
  });

  test('brokers on ZooKeeper need no format, and wait until the old session has expired', () => {
    const { pod, container } = brokersWith({}, newZookeeperCluster(newChart()));

    expect(pod.initContainers.map(({ name }: Manifest) => name)).toEqual(['init']);
    expect(container.command.slice(0, 2)).toEqual(['/bin/bash', '-c']);
    expect(container.command.slice(3)).toEqual(['start', '30', '/run/cdk8s-kafka/server.properties']);
  });

  test('the wait for the old session follows from zookeeper.session.timeout.ms', () => {
    const config = { 'zookeeper.session.timeout.ms': '6500' };

    expect(brokersWith({ config }, newZookeeperCluster(newChart())).container.command[4]).toBe('19');
  });
});

test('agent.json describes the broker', () => {
  expect(brokersWith({ storage: localDisks(2) }).agentConfig).toMatchObject({
    role: 'broker',
    clusterName: 'events',
    mapName: 'streams',
    namespace: 'kafka',
    statefulSet: 'events-streams',
    headlessServiceHost: 'events-brokers.kafka.svc.cluster.local',
    metadataMode: 'kraft',
    brokerIds: { first: 1001, last: 1003 },
    ledgerConfigMap: 'events-streams-ledger',
    disks: [
      { claim: 'data-0', mountPath: '/var/lib/kafka/data-0', logDir: '/var/lib/kafka/data-0/kafka-log' },
      { claim: 'data-1', mountPath: '/var/lib/kafka/data-1', logDir: '/var/lib/kafka/data-1/kafka-log' },
    ],
    localVolumeBytes: 10 * 1024 ** 3,
    internalListener: { name: 'INTERNAL', port: 9091 },
    advertisedListeners: [
      { name: 'INTERNAL', port: 9091 },
      { name: 'CLIENT', port: 9092 },
    ],
  });
});

test('preStop asks the agent; the grace period covers preStop and the shutdown of Kafka', () => {
  // GIVEN
  const { pod, container, agentConfig } = brokersWith({
    preStopTimeout: Duration.minutes(30),
    shutdownGracePeriod: Duration.minutes(10),
    atRiskTopics: AtRiskTopics.BLOCK,
  });

  // THEN
  expect(pod.terminationGracePeriodSeconds).toBe(2400);
  expect(container.lifecycle).toEqual({ preStop: { httpGet: { path: '/pre-stop', port: 8081 } } });
  expect(agentConfig.stop).toEqual({
    preStopTimeoutSeconds: 1800,
    shutdownGracePeriodSeconds: 600,
    atRiskTopics: 'block',
  });
});

test('the ledger has no data, so that applying it again keeps its entries', () => {
  expect(Object.keys(newBrokers(newCluster(newChart())).ledger.toJson()).sort()).toEqual([
    'apiVersion',
    'kind',
    'metadata',
  ]);
});

test('an odd startupTimeout is rounded up to the period of the probe', () => {
  const { startupProbe } = brokersWith({ startupTimeout: Duration.seconds(61) }).container;

  expect(startupProbe).toMatchObject({ periodSeconds: 2, failureThreshold: 31 });
});

test('podLabels are labels of the pods, and no part of the selector', () => {
  const { set } = brokersWith({ podLabels: { team: 'platform' } });

  expect(set.spec.template.metadata.labels).toMatchObject({
    team: 'platform',
    'app.kubernetes.io/component': 'broker',
  });
  expect(set.spec.selector.matchLabels).not.toHaveProperty('team');
});

test('podAnnotations are annotations of the pods, beside those of the package', () => {
  const { annotations } = brokersWith({
    podAnnotations: { scrape: 'true' },
  });

  expect(annotations).toMatchObject({
    scrape: 'true',
    'kubectl.kubernetes.io/default-container': 'kafka',
  });
});

test('pods tolerate the taints of the node group, and run on its nodes only', () => {
  // WHEN
  const { pod } = brokersWith({
    nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3_4XLARGE, {
      taints: [{ key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE }],
    }),
  });

  // THEN
  expect(pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
    {
      matchExpressions: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['i3.4xlarge'] }],
    },
  ]);
  expect(pod.tolerations).toEqual([
    { key: 'dedicated', operator: 'Equal', value: 'kafka', effect: 'NoSchedule' },
  ]);
});

test('every disk is a claim, a mount and a log directory', () => {
  // WHEN
  const { set, pod, settings } = brokersWith({ storage: localDisks(3) });

  // THEN
  const names = ['data-0', 'data-1', 'data-2'];
  const mounts = names.map((name) => ({ name, mountPath: `/var/lib/kafka/${name}` }));
  expect(set.spec.volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.name)).toEqual(names);
  expect(set.spec.volumeClaimTemplates[2].spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    volumeMode: 'Filesystem',
    storageClassName: 'local',
    resources: { requests: { storage: '10Gi' } },
  });
  for (const container of [...pod.initContainers, pod.containers[0]]) {
    expect(container.volumeMounts.filter(({ name }: Manifest) => names.includes(name))).toEqual(mounts);
  }
  expect(settings['log.dirs']).toBe(mounts.map(({ mountPath }) => `${mountPath}/kafka-log`).join(','));
});

describe('topic patterns', () => {
  const internalTopics: InternalTopicsOptions = { mapName: 'streams' };

  test('brokers without topic patterns cause a warning, once', () => {
    // GIVEN
    const warnings = collectWarnings();
    const chart = newChart();
    newBrokers(newCluster(chart, { internalTopics }));

    // WHEN
    synth(chart);
    synth(chart);

    // THEN
    expect(warnings).toEqual([
      "cdk8s-kafka: warning: BrokerStatefulSet 'streams' has no topic patterns, so only internal topics are created on its " +
        'brokers; use a KafkaMap',
    ]);
  });

  test('brokers of a KafkaMap cause no warning', () => {
    const warnings = collectWarnings();
    const chart = newChart();
    newMap(newCluster(chart, { internalTopics }));
    synth(chart);

    expect(warnings).toEqual([]);
  });
});
