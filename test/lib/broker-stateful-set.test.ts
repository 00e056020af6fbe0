import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { AtRiskTopics, NodeIds, ServerStorage, InstanceType, KafkaVersion, NodeGroup } from '../../lib';
import { CASES, newBrokers, newCluster, newZookeeperCluster } from '../support/cases';
import { NO_LABELS, NO_POSITIVE_INTEGERS, noLabel, noPositiveInteger } from '../support/messages';
import { Manifest, messageOf, newChart, objectsOf, readProperties, snapshotOf } from '../support/testing';

type Props = NonNullable<Parameters<typeof newBrokers>[1]>;

function brokersWith(props: Props = {}, cluster = newCluster(newChart())) {
  const brokers = newBrokers(cluster, props);
  const set: Manifest = brokers.statefulSet.toJson();
  const pod = set.spec.template.spec;
  const { data } = brokers.configMap.toJson();
  const [kafka] = pod.containers;
  return {
    brokers,
    set,
    pod,
    kafka,
    settings: readProperties(data['server.properties']),
    agentConfig: JSON.parse(data['agent.json']),
    env: Object.fromEntries(kafka.env.map(({ name, value }: Manifest) => [name, value])),
  };
}

test.each([
  'BrokerStatefulSet, defaults',
  'BrokerStatefulSet, all props',
  'BrokerStatefulSet on ZooKeeper, defaults',
  'BrokerStatefulSet on ZooKeeper, all props',
] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

describe('settings', () => {
  test('of the map win over those of the cluster, and those over the chosen ones', () => {
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

  test('the construct decides listeners, disks and where the metadata is', () => {
    expect(brokersWith().settings).toMatchObject({
      listeners: 'INTERNAL://:9091,CLIENT://:9092',
      'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL,CONTROLLER:SSL',
      'inter.broker.listener.name': 'INTERNAL',
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': '/var/lib/kafka/data-0/kafka-log',
      'process.roles': 'broker',
    });
  });

  test('brokers on ZooKeeper know of no controllers', () => {
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
  ])('recovery uses the CPUs of the broker (%#)', (cpu, threads) => {
    expect(brokersWith({ cpu }).settings['num.recovery.threads.per.data.dir']).toBe(threads);
  });

  test('are read back as they were given', () => {
    const config = { 'sasl.login.callback': 'ä\\b\n c=d:e#f', 'leading.blank': '  x', empty: '' };

    expect(brokersWith({ config }).settings).toMatchObject(config);
  });
});

describe('size', () => {
  test.each<[string, Props, { cpu: string; memory: string; heap: string }]>([
    ['nothing known', {}, { cpu: '1', memory: '4Gi', heap: '2048m' }],
    [
      'a machine type',
      { nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE) },
      { cpu: '3', memory: '27742Mi', heap: '6144m' },
    ],
    [
      'a machine type and less of it',
      { nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE), cpu: Cpu.units(2) },
      { cpu: '2', memory: '27742Mi', heap: '6144m' },
    ],
    ['memory only', { memory: Size.gibibytes(10) }, { cpu: '1', memory: '10Gi', heap: '5120m' }],
    ['much memory', { memory: Size.gibibytes(100) }, { cpu: '1', memory: '100Gi', heap: '6144m' }],
    ['heap only', { heap: Size.gibibytes(3) }, { cpu: '1', memory: '4Gi', heap: '3072m' }],
    [
      'everything',
      { cpu: Cpu.millis(1500), memory: Size.mebibytes(1536), heap: Size.mebibytes(512) },
      { cpu: '1500m', memory: '1536Mi', heap: '512m' },
    ],
  ])('with %s', (_, props, { cpu, memory, heap }) => {
    const { kafka, env } = brokersWith(props);

    expect(kafka.resources).toEqual({ requests: { cpu, memory }, limits: { memory } });
    expect(env.KAFKA_HEAP_OPTS).toBe(`-Xms${heap} -Xmx${heap}`);
  });

  test.each([
    [Size.gibibytes(4), '4Gi'],
    [Size.mebibytes(4097), '4097Mi'],
  ])('fails when the heap takes all of the memory (%#)', (heap, text) => {
    expect(messageOf(() => brokersWith({ heap }))).toBe(
      `heap ${text} of map 'streams' is not below its memory limit 4Gi; ` +
        'the JVM needs memory beside its heap and Kafka lives off the page cache, so give it half or less',
    );
  });
});

test('options of the JVM come last, and so win', () => {
  const { env } = brokersWith({ jvmOptions: ['-XX:MaxGCPauseMillis=50', '-Dx=y'] });

  expect(env.KAFKA_JVM_PERFORMANCE_OPTS).toMatch(/-XX:MaxGCPauseMillis=20 .* -XX:MaxGCPauseMillis=50 -Dx=y$/);
});

test.each([
  [KafkaVersion.V4_0, 'log4j2.yaml', '-Dlog4j2.configurationFile=/etc/cdk8s-kafka/log4j2.yaml'],
  [KafkaVersion.V3_9, 'log4j.properties', '-Dlog4j.configuration=file:/etc/cdk8s-kafka/log4j.properties'],
])('logs as its version does (%#)', (version, file, option) => {
  const { brokers, env } = brokersWith({}, newCluster(newChart(), { version }));

  expect(Object.keys(brokers.configMap.toJson().data)).toEqual([
    'agent.json',
    'live-settings.json',
    file,
    'server.properties',
  ]);
  expect(env.KAFKA_LOG4J_OPTS).toBe(option);
});

test('disks are formatted with the id of the cluster, without voters of their own', () => {
  const { pod } = brokersWith();

  expect(pod.initContainers[1].command).toEqual([
    '/opt/kafka/bin/kafka-storage.sh',
    'format',
    expect.stringMatching(/^--cluster-id=[A-Za-z0-9_-]{22}$/),
    '--config=/run/cdk8s-kafka/server.properties',
    '--ignore-formatted',
    '--no-initial-controllers',
  ]);
});

test('a quorum with a fixed set of voters needs no word about them', () => {
  const { pod } = brokersWith({}, newCluster(newChart(), { version: KafkaVersion.V4_1 }));

  expect(pod.initContainers[1].command).not.toContain('--no-initial-controllers');
});

test('in ZooKeeper mode nothing is formatted, and Kafka waits for the end of an old session', () => {
  const { pod, kafka } = brokersWith({}, newZookeeperCluster(newChart()));

  expect(pod.initContainers.map(({ name }: Manifest) => name)).toEqual(['init']);
  expect(kafka.command.slice(0, 2)).toEqual(['/bin/bash', '-c']);
  expect(kafka.command.slice(3)).toEqual(['start', '30', '/run/cdk8s-kafka/server.properties']);
});

test('the wait for an old session is as long as sessions are', () => {
  const { kafka } = brokersWith(
    { config: { 'zookeeper.session.timeout.ms': '6500' } },
    newZookeeperCluster(newChart()),
  );

  expect(kafka.command[4]).toBe('19');
});

test('the agent learns who its broker is', () => {
  expect(brokersWith({ storage: disks(2) }).agentConfig).toMatchObject({
    role: 'broker',
    clusterName: 'events',
    mapName: 'streams',
    namespace: 'kafka',
    statefulSet: 'events-streams',
    serviceHost: 'events-brokers.kafka.svc.cluster.local',
    metadataMode: 'kraft',
    brokerIds: { first: 1001, last: 1003 },
    ledger: 'events-streams-ledger',
    disks: [
      { mountPath: '/var/lib/kafka/data-0', logDir: '/var/lib/kafka/data-0/kafka-log' },
      { mountPath: '/var/lib/kafka/data-1', logDir: '/var/lib/kafka/data-1/kafka-log' },
    ],
    internal: { name: 'INTERNAL', port: 9091 },
    advertised: [
      { name: 'INTERNAL', port: 9091 },
      { name: 'CLIENT', port: 9092 },
    ],
  });
});

test('the agents may keep the ledgers of all maps, and no other ConfigMap', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart);
  newBrokers(cluster);
  newBrokers(cluster, { mapName: 'archive', brokerIds: NodeIds.between(2001, 2003) });

  // THEN
  const role = objectsOf(cluster).find(
    ({ kind, metadata }) => kind === 'Role' && metadata.name === 'events-brokers',
  );
  expect(role.rules).toEqual([
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-streams-ledger', 'events-archive-ledger'],
      verbs: ['get', 'patch'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['events-streams-stop', 'events-archive-stop'],
      verbs: ['get', 'update'],
    },
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: ['events-streams', 'events-archive'],
      verbs: ['get'],
    },
  ]);
});

test('a stop is asked for at the agent, and has its hold and then the time of Kafka', () => {
  // GIVEN
  const { pod, kafka, agentConfig } = brokersWith({
    preStopTimeout: Duration.minutes(30),
    shutdownGracePeriod: Duration.minutes(10),
    atRiskTopics: AtRiskTopics.BLOCK,
  });

  // THEN
  expect(pod.terminationGracePeriodSeconds).toBe(2400);
  expect(kafka.lifecycle).toEqual({ preStop: { httpGet: { path: '/pre-stop', port: 8081 } } });
  expect(agentConfig.stop).toEqual({
    holdSeconds: 1800,
    graceSeconds: 600,
    atRiskTopics: 'block',
  });
});

test('the stop Lease comes without a spec, so that applying it again ends nobody’s turn', () => {
  expect(Object.keys(brokersWith().brokers.stopLease.toJson()).sort()).toEqual([
    'apiVersion',
    'kind',
    'metadata',
  ]);
});

test('the ledger comes without data, so that applying it again forgets nothing', () => {
  expect(Object.keys(brokersWith().brokers.ledger.toJson()).sort()).toEqual([
    'apiVersion',
    'kind',
    'metadata',
  ]);
});

test.each<[string, Props, (pod: Manifest) => unknown, unknown]>([
  [
    'shutdownGracePeriod',
    { shutdownGracePeriod: Duration.minutes(20) },
    (pod) => pod.terminationGracePeriodSeconds,
    (20 + 20) * 60,
  ],
  [
    'startupTimeout',
    { startupTimeout: Duration.hours(12) },
    ({ containers: [{ startupProbe }] }) => startupProbe.failureThreshold * startupProbe.periodSeconds,
    12 * 3600,
  ],
  [
    'an odd startupTimeout, rounded up',
    { startupTimeout: Duration.seconds(61) },
    ({ containers: [{ startupProbe }] }) => startupProbe.failureThreshold,
    31,
  ],
  ['priorityClassName', { priorityClassName: 'kafka' }, (pod) => pod.priorityClassName, 'kafka'],
  ['no priorityClassName', {}, (pod) => 'priorityClassName' in pod, false],
])('%s reaches the pod', (_, props, read, expected) => {
  expect(read(brokersWith(props).pod)).toBe(expected);
});

test('labels and annotations of a user never replace our own', () => {
  // WHEN
  const { set } = brokersWith({
    podLabels: { team: 'platform', 'app.kubernetes.io/component': 'wrong' },
    podAnnotations: { scrape: 'true', 'kubectl.kubernetes.io/default-container': 'wrong' },
  });

  // THEN
  const { labels, annotations } = set.spec.template.metadata;
  expect(labels).toMatchObject({
    team: 'platform',
    'app.kubernetes.io/component': 'broker',
  });
  expect(annotations).toMatchObject({
    scrape: 'true',
    'kubectl.kubernetes.io/default-container': 'kafka',
  });
  expect(set.spec.selector.matchLabels).not.toHaveProperty('team');
});

test.each<[key: string, props: Props]>([
  ['cdk8s-kafka.io/map', { podLabels: { 'cdk8s-kafka.io/map': 'other' } }],
  ['cdk8s-kafka.io/restart-settings', { podAnnotations: { 'cdk8s-kafka.io/restart-settings': 'other' } }],
])('fails when pods are to have %s, which means something to this package', (key, props) => {
  expect(messageOf(() => brokersWith(props))).toBe(
    `'${key}' of map 'streams' belongs to cdk8s-kafka.io, where it has a meaning for a single pod and a moment; leave it out`,
  );
});

test.each(NO_LABELS)("fails when mapName is '%s'", (mapName) => {
  expect(messageOf(() => newBrokers(newCluster(newChart()), { mapName }))).toBe(noLabel('mapName', mapName));
});

test.each(NO_POSITIVE_INTEGERS)("fails when zookeeper.session.timeout.ms is '%s'", (text) => {
  const define = (props: Props) => brokersWith(props, newZookeeperCluster(newChart()));

  expect(messageOf(() => define({ config: { 'zookeeper.session.timeout.ms': text } }))).toBe(
    noPositiveInteger("map 'streams'", 'zookeeper.session.timeout.ms', text),
  );
});

function disks(count: number): ServerStorage {
  return ServerStorage.localVolume({ storageClassName: 'local', size: Size.gibibytes(10), disks: count });
}
