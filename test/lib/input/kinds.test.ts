/* Values of a wrong kind. They would otherwise end in an exception far from their property, or in YAML without it. */
import { Chart, Duration, Size } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import {
  CertificateIssuer,
  InstanceType,
  KafkaCluster,
  KafkaVersion,
  NodeGroup,
  NodeIds,
  PodVolume,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../../lib';
import { format } from '../../../lib/input/format';
import {
  newBrokers,
  newCertRotation,
  newCluster,
  newTopics,
  newUncertifiedCluster,
} from '../../support/cases';
import { assertValid, messageOf, newChart } from '../../support/testing';

type Define = (value: never, chart: Chart) => unknown;

const brokersWith =
  (property: string): Define =>
  (value, chart) =>
    newBrokers(newCluster(chart), { [property]: value });

const clusterWith =
  (property: string): Define =>
  (value, chart) =>
    newCluster(chart, { [property]: value });

const sidecarWith =
  (property: string): Define =>
  (value, chart) =>
    newBrokers(newCluster(chart), { sidecars: [{ name: 'a', image: 'a', [property]: value }] });

test.each<[value: unknown, message: string, define: Define]>([
  // Without a check, the StatefulSet would have no replicas, and Kubernetes would delete all brokers but one.
  [
    { first: 1001, last: 1003 },
    'brokerIds of a BrokerStatefulSet is {"first":1001,"last":1003}; expected for example NodeIds.between(1001, 1003)',
    brokersWith('brokerIds'),
  ],
  // Without a check, the brokers would have no disks.
  [
    {},
    'storage of a BrokerStatefulSet is {}; expected for example ServerStorage.networkVolume({ size: Size.gibibytes(100) })',
    brokersWith('storage'),
  ],
  [
    null,
    "nodeGroup of a BrokerStatefulSet is null; expected for example NodeGroup.labeled({ 'example.com/group': 'kafka' })",
    brokersWith('nodeGroup'),
  ],
  [
    '8Gi',
    'memory of a BrokerStatefulSet is "8Gi"; expected for example Size.gibibytes(8)',
    brokersWith('memory'),
  ],
  ...(['memory', 'heap'] as const).map((property): [unknown, string, Define] => [
    Size.gibibytes(10n as never),
    `${property} of a BrokerStatefulSet has the amount 10n; use a number, for example Size.gibibytes(8)`,
    brokersWith(property),
  ]),
  [
    Size.mebibytes('512' as never),
    'sidecars[0].memory of a BrokerStatefulSet has the amount "512"; use a number, for example Size.gibibytes(8)',
    sidecarWith('memory'),
  ],
  [
    Size.gibibytes(10n as never),
    'size of ServerStorage.networkVolume() has the amount 10n; use a number, for example Size.gibibytes(8)',
    (size) => ServerStorage.networkVolume({ size }),
  ],
  [
    Size.mebibytes(10n as never),
    "sizeLimit of volume 'scratch' has the amount 10n; use a number, for example Size.gibibytes(8)",
    (size) => PodVolume.fromEmptyDir('scratch', size),
  ],
  [
    Duration.minutes(5n as never),
    'preStopTimeout of a BrokerStatefulSet has the amount 5n; use a number, for example Duration.minutes(20)',
    brokersWith('preStopTimeout'),
  ],
  [
    3n,
    'controllers.count of a KafkaCluster is 3n; expected for example 3',
    (count, chart) => newCluster(chart, { controllers: { count } }),
  ],
  [
    Size.gibibytes(2),
    'cpu of a BrokerStatefulSet is an instance of Size; expected for example Cpu.units(2)',
    brokersWith('cpu'),
  ],
  ['500m', 'cpu of a BrokerStatefulSet is "500m"; expected for example Cpu.units(2)', brokersWith('cpu')],
  [
    '4.4.0',
    'version of a KafkaCluster is "4.4.0"; expected for example KafkaVersion.V4_4',
    clusterWith('version'),
  ],
  [
    { runAsUser: 5 },
    'securityContext of a BrokerStatefulSet is {"runAsUser":5}; expected for example PodSecurity.ids({ user: 1000 })',
    brokersWith('securityContext'),
  ],
  ['x', 'clients of a KafkaCluster must be a list such as [{ … }], got "x"', clusterWith('clients')],
  ['x', 'agent of a KafkaCluster is "x"; expected for example AgentProgram.bundled()', clusterWith('agent')],
  [
    'x',
    'sidecars of a BrokerStatefulSet must be a list such as [{ … }], got a string',
    brokersWith('sidecars'),
  ],
  [
    { A: 'b' },
    "envVariables['A'] of a BrokerStatefulSet is a string; expected for example EnvValue.fromValue('eu-central-1'), or for a " +
      "secret EnvValue.fromSecretValue({ secret, key: 'password' })",
    brokersWith('envVariables'),
  ],
  [
    [{ name: 'DB_PASSWORD', value: 'hunter2' }],
    "envVariables of a BrokerStatefulSet must be an object such as { REGION: EnvValue.fromValue('eu-central-1') }, got a list",
    brokersWith('envVariables'),
  ],
  [
    'sasl.jaas.config=password="hunter2"',
    "config of a BrokerStatefulSet is a string; expected for example { 'log.retention.hours': '72' }",
    brokersWith('config'),
  ],
  [
    { sasl: { jaas: { config: 'hunter2' } } },
    "setting 'sasl' of brokers 'streams' is an object, not a string; write a string, or remove the setting",
    brokersWith('config'),
  ],
  [
    [null],
    'jvmOptions of a BrokerStatefulSet must have no undefined items, got a list',
    brokersWith('jvmOptions'),
  ],
  [
    { name: 'a', envVariables: { DB_PASSWORD: 'hunter2' } },
    'sidecars of a BrokerStatefulSet must be a list such as [{ … }], got an object',
    brokersWith('sidecars'),
  ],
  [
    { A: EnvValue.fromValue('a\u2028b') },
    "envVariables['A'] of a BrokerStatefulSet is a string, which contains U+2028, which YAML cannot express; remove it",
    brokersWith('envVariables'),
  ],
  [
    { 'example.com/note': 'a\x85b' },
    'podAnnotations[\'example.com/note\'] of a BrokerStatefulSet is "a\x85b", which contains U+0085, which YAML cannot express; remove it',
    brokersWith('podAnnotations'),
  ],
  [
    'sleep 5',
    'sidecars[0].command of a BrokerStatefulSet must be a list such as [\'/bin/shipper\'], got "sleep 5"',
    sidecarWith('command'),
  ],
  [
    { http: '80' },
    'sidecars[0].ports[\'http\'] of a BrokerStatefulSet is "80"; use a whole number from 1 to 65535',
    sidecarWith('ports'),
  ],
  [
    [{ volumeName: 'tmp', mountPath: '/tmp', readOnly: 'no' }],
    'sidecars[0].volumeMounts[0].readOnly of a BrokerStatefulSet is "no"; expected for example true',
    sidecarWith('volumeMounts'),
  ],
  [
    { nameservers: '1.1.1.1' },
    'dns.nameservers of a BrokerStatefulSet must be a list such as [\'10.0.0.10\'], got "1.1.1.1"',
    brokersWith('dns'),
  ],
  [
    [{ ip: '10.0.0.1', hostnames: 'abc' }],
    'hostAliases[0].hostnames of a BrokerStatefulSet must be a list such as [\'kafka.example.com\'], got "abc"',
    brokersWith('hostAliases'),
  ],
  [
    { a: 1 },
    "serviceAccountAnnotations['a'] of a KafkaCluster is 1; expected for example 'logs'",
    clusterWith('serviceAccountAnnotations'),
  ],
  [
    '*/5 * * * *',
    'schedule of a TopicSyncCronJob is "*/5 * * * *"; expected for example Cron.schedule({ minute: \'*/5\' })',
    (schedule, chart) =>
      new TopicSyncCronJob(chart, 'Topics', { cluster: newCluster(chart), topics: [], schedule }),
  ],
  [
    null,
    "config of topic 'events.clicks' is null; expected for example { 'segment.ms': '86400000' }",
    (config, chart) => assertValid(newTopics(newCluster(chart), { config })),
  ],
  [
    null,
    "config of a ZookeeperEnsemble is null; expected for example { 'autopurge.snapRetainCount': '5' }",
    (config, chart) => new ZookeeperEnsemble(chart, 'Zookeeper', { config }),
  ],
  [
    'events',
    'cluster of a TopicConfigMap is "events"; expected for example new KafkaCluster(chart, \'Kafka\', { … })',
    (cluster, chart) => new TopicConfigMap(chart, 'TopicList', { cluster }),
  ],
  [
    null,
    'props of a ZookeeperEnsemble must be an object, got null',
    (props, chart) => new ZookeeperEnsemble(chart, 'Zookeeper', props),
  ],
  [
    '7d',
    'restartNotice of a CertRotation is "7d"; expected for example Duration.minutes(20)',
    (restartNotice, chart) => newCertRotation(newUncertifiedCluster(chart), { restartNotice }),
  ],
  [
    5,
    "mountPath of volume 'plugins' is 5; expected for example '/etc/keytab'",
    (mountPath) => PodVolume.fromSecret('plugins', 'plugins', { mountPath }),
  ],
  [
    'a.*',
    'maps[0].topicPatterns of KafkaCluster.fromAttributes() must be a list such as [\'events-.*\'], got "a.*"',
    (topicPatterns, chart) =>
      KafkaCluster.fromAttributes(chart, 'Kafka', {
        clusterName: 'events',
        version: KafkaVersion.V4_4,
        maps: [{ mapName: 'streams', brokerIds: NodeIds.between(1, 3), topicPatterns }],
      }),
  ],
  [
    99_999,
    'bootstrapPort of KafkaCluster.fromAttributes() is 99999; use a whole number from 1 to 65535',
    (bootstrapPort, chart) =>
      KafkaCluster.fromAttributes(chart, 'Kafka', {
        clusterName: 'events',
        version: KafkaVersion.V4_4,
        bootstrapPort,
      }),
  ],
  [
    'm5d.large',
    'instance type of ServerStorage.instanceStore() is "m5d.large"; expected for example InstanceType.I3EN_3XLARGE',
    (type) => ServerStorage.instanceStore(type, { storageClassName: 'local' }),
  ],
  [
    'm5',
    'instance type of a NodeGroup is "m5"; expected for example InstanceType.I3EN_3XLARGE',
    (type) => NodeGroup.ofInstanceType(type),
  ],
  [
    undefined,
    "labels of a NodeGroup must be an object such as { 'kafka.example.com/group': 'fast' }, got undefined",
    (labels) => NodeGroup.labeled(labels),
  ],
])('%p is rejected (%s)', (value, message, define) => {
  expect(messageOf(() => define(value as never, newChart()))).toBe(message);
});

test('a cluster of another app has no brokers and no certificates', () => {
  const imported = (chart: Chart) =>
    KafkaCluster.fromAttributes(chart, 'Imported', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
    }) as KafkaCluster;
  const example =
    "an instance of ImportedCluster; expected for example new KafkaCluster(chart, 'Kafka', { … }) in this app";

  expect(messageOf(() => newBrokers(imported(newChart())))).toBe(
    `cluster of a BrokerStatefulSet is ${example}`,
  );
  expect(
    messageOf(() => newCertRotation(imported(newChart()), { issuer: CertificateIssuer.builtIn() })),
  ).toBe(`cluster of a CertRotation is ${example}`);
});

describe('format', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  test.each<[value: unknown, text: string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [10n, '10n'],
    [Symbol('a'), 'Symbol(a)'],
    [{ a: [1] }, '{"a":[1]}'],
    [Object.create(null), '{}'],
    [new Map(), 'an instance of Map'],
    [InstanceType.I3EN_XLARGE, 'an instance of InstanceType'],
    [circular, 'an object that contains itself, or values that JSON cannot express'],
    [{ n: 10n }, 'an object that contains itself, or values that JSON cannot express'],
    ['x'.repeat(300), `"${'x'.repeat(199)}…`],
  ])('shows value %#', (value, text) => {
    expect(format(value)).toBe(text);
  });
});
