/* One rule for all props and options: a property that is unknown, misspelt or missing is an error. */
import { Chart, Size } from 'cdk8s';
import {
  BrokerStatefulSet,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NodeGroup,
  NodeIds,
  PodSecurity,
  PodVolume,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../../lib';
import { brokers, newBrokers, newCluster, newTopics, newUncertifiedCluster } from '../../support/cases';
import { assertValid, messageOf, newChart } from '../../support/testing';

/** Defines a construct or a value with some properties more. */
type Define = (props: object, chart: Chart) => unknown;

const identity = { clusterName: 'events', version: KafkaVersion.V4_4 };
const mapAttributes = { mapName: 'streams', brokerIds: NodeIds.between(1, 3), topicPatterns: ['events'] };
const capacity = { vcpus: 4, memory: Size.gibibytes(32), disks: 1, diskGigabytes: 100 };
const brokersWith = (props: object, chart: Chart) => newBrokers(newCluster(chart), props);

const TABLE: [owner: string, misspelt: string, property: string, define: Define][] = [
  [
    'a KafkaCluster',
    'listner',
    'listeners',
    (props, chart) => new KafkaCluster(chart, 'Kafka', { ...identity, ...props }),
  ],
  [
    'controllers of a KafkaCluster',
    'nodegroup',
    'nodeGroup',
    (controllers, chart) => newUncertifiedCluster(chart, { controllers }),
  ],
  [
    'internalTopics of a KafkaCluster',
    'replicationfactor',
    'replicationFactor',
    (internalTopics, chart) => newUncertifiedCluster(chart, { internalTopics }),
  ],
  [
    'podDefaults of a KafkaCluster',
    'imagePullSecret',
    'imagePullSecrets',
    (podDefaults, chart) => newUncertifiedCluster(chart, { podDefaults }),
  ],
  [
    "a client of cluster 'events'",
    'peer',
    'peers',
    (props, chart) => newUncertifiedCluster(chart).addClient({ clientName: 'shop', ...props }),
  ],
  [
    'KafkaCluster.fromAttributes()',
    'namespacename',
    'namespaceName',
    (props, chart) => KafkaCluster.fromAttributes(chart, 'Kafka', { ...identity, ...props }),
  ],
  [
    'maps[0] of KafkaCluster.fromAttributes()',
    'zone',
    'zones',
    (props, chart) =>
      KafkaCluster.fromAttributes(chart, 'Kafka', { ...identity, maps: [{ ...mapAttributes, ...props }] }),
  ],
  [
    'a KafkaMap',
    'topicPattern',
    'topicPatterns',
    (props, chart) =>
      new KafkaMap(chart, 'Map', { ...brokers(newCluster(chart)), topicPatterns: ['a'], ...props }),
  ],
  ['a BrokerStatefulSet', 'heaps', 'heap', brokersWith],
  ['logging of a BrokerStatefulSet', 'levels', 'level', (logging, chart) => brokersWith({ logging }, chart)],
  [
    'agentResources of a BrokerStatefulSet',
    'memmory',
    'memory',
    (agentResources, chart) => brokersWith({ agentResources }, chart),
  ],
  ['dns of a BrokerStatefulSet', 'search', 'searches', (dns, chart) => brokersWith({ dns }, chart)],
  [
    'sidecars[0] of a BrokerStatefulSet',
    'port',
    'ports',
    (props, chart) => brokersWith({ sidecars: [{ name: 'exporter', image: 'exporter', ...props }] }, chart),
  ],
  [
    "volume 'plugins'",
    'mountpath',
    'mountPath',
    (props) => PodVolume.fromSecret('plugins', 'plugins', props),
  ],
  ['PodSecurity.ids()', 'users', 'user', (props) => PodSecurity.ids(props)],
  [
    'a ZookeeperEnsemble',
    'replica',
    'replicas',
    (props, chart) => new ZookeeperEnsemble(chart, 'Zookeeper', props),
  ],
  [
    'a CertRotation',
    'restartNotices',
    'restartNotice',
    (props, chart) =>
      new CertRotation(chart, 'Certificates', {
        cluster: newUncertifiedCluster(chart),
        issuer: CertificateIssuer.builtIn(),
        ...props,
      }),
  ],
  [
    'a TopicConfigMap',
    'configmapName',
    'configMapName',
    (props, chart) => new TopicConfigMap(chart, 'TopicList', { cluster: newCluster(chart), ...props }),
  ],
  [
    "topic 'events.clicks'",
    'replicationfactor',
    'replicationFactor',
    (props, chart) => assertValid(newTopics(newCluster(chart), props)),
  ],
  [
    'a TopicSyncCronJob',
    'schedules',
    'schedule',
    (props, chart) =>
      new TopicSyncCronJob(chart, 'Topics', { cluster: newCluster(chart), topics: [], ...props }),
  ],
  ['a NodeGroup', 'taint', 'taints', (props) => NodeGroup.any(props)],
  [
    'taints[0] of a NodeGroup',
    'values',
    'value',
    (props) => NodeGroup.any({ taints: [{ key: 'dedicated', ...props }] }),
  ],
  [
    "the capacity of instance type 'x1'",
    'vCpus',
    'vcpus',
    (props) => InstanceType.of('x1', { ...capacity, ...props }),
  ],
  [
    'ServerStorage.localVolume()',
    'disk',
    'disks',
    (props) => ServerStorage.localVolume({ storageClassName: 'local', size: Size.gibibytes(1), ...props }),
  ],
  [
    'ServerStorage.networkVolume()',
    'storageClass',
    'storageClassName',
    (props) => ServerStorage.networkVolume({ size: Size.gibibytes(1), ...props }),
  ],
  [
    'ServerStorage.ephemeral()',
    'storageClass',
    'storageClassName',
    (props) => ServerStorage.ephemeral({ size: Size.gibibytes(1), ...props }),
  ],
  [
    'ServerStorage.instanceStore()',
    'storageClass',
    'storageClassName',
    (props) => ServerStorage.instanceStore(InstanceType.I3EN_XLARGE, { storageClassName: 'local', ...props }),
  ],
  ['ClientListener.tls()', 'authentification', 'authentication', (props) => ClientListener.tls(props)],
  ['ClientListener.plaintext()', 'ports', 'port', (props) => ClientListener.plaintext(props)],
  [
    'ClientAuthentication.mutualTls()',
    'clientCA',
    'clientCa',
    (props) => ClientAuthentication.mutualTls(props),
  ],
  ['CertificateIssuer.builtIn()', 'caLifeTime', 'caLifetime', (props) => CertificateIssuer.builtIn(props)],
  [
    'CertificateIssuer.certManager()',
    'caBundles',
    'caBundle',
    (props) => CertificateIssuer.certManager({ issuerRef: { name: 'ca' }, ...props }),
  ],
  [
    'issuerRef of CertificateIssuer.certManager()',
    'kinds',
    'kind',
    (props) => CertificateIssuer.certManager({ issuerRef: { name: 'ca', ...props } }),
  ],
  [
    'CertificateIssuer.secret()',
    'topicSecretName',
    'topicsSecretName',
    (props) => CertificateIssuer.secret({ secretName: 'brokers', ...props }),
  ],
];

describe.each(TABLE)('%s', (owner, misspelt, property, define) => {
  test(`fails for '${misspelt}', and proposes '${property}'`, () => {
    expect(messageOf(() => define({ [misspelt]: 'x' }, newChart()))).toBe(
      `${owner} has no property '${misspelt}'; did you mean '${property}'?`,
    );
  });

  test('fails for an unknown property, and lists the known ones', () => {
    expect(messageOf(() => define({ somethingElse: 1 }, newChart()))).toMatch(
      new RegExp(
        `^${escaped(owner)} has no property 'somethingElse'; its properties are ([a-zA-Z]+, )*[a-zA-Z]+$`,
      ),
    );
  });

  test('an undefined property counts as missing', () => {
    expect(messageOf(() => define({ somethingElse: undefined }, newChart()))).toBe('nothing was thrown');
  });
});

function escaped(text: string): string {
  return text.replace(/[.()[\]]/g, '\\$&');
}

test('a former name of a property is not proposed', () => {
  const client = { clientName: 'shop', from: [] } as never;

  expect(messageOf(() => newUncertifiedCluster(newChart()).addClient(client))).toBe(
    "a client of cluster 'events' has no property 'from'; its properties are clientName, peers",
  );
});

describe('required properties', () => {
  test.each<[owner: string, property: string, define: (chart: Chart) => unknown]>([
    ['a KafkaCluster', 'clusterName', (chart) => new KafkaCluster(chart, 'Kafka', undefined as never)],
    [
      'a KafkaCluster',
      'version',
      (chart) => new KafkaCluster(chart, 'Kafka', { clusterName: 'events' } as never),
    ],
    ['a BrokerStatefulSet', 'storage', (chart) => brokersWith({ storage: undefined }, chart)],
    ['a BrokerStatefulSet', 'nodeGroup', (chart) => brokersWith({ nodeGroup: undefined }, chart)],
    [
      'a KafkaMap',
      'topicPatterns',
      (chart) => new KafkaMap(chart, 'Map', { ...brokers(newCluster(chart)) } as never),
    ],
    ["a client of cluster 'events'", 'clientName', (chart) => newCluster(chart, { clients: [{} as never] })],
    [
      'a CertRotation',
      'issuer',
      (chart) => new CertRotation(chart, 'C', { cluster: newUncertifiedCluster(chart) } as never),
    ],
    ['a TopicConfigMap', 'cluster', (chart) => new TopicConfigMap(chart, 'TopicList', {} as never)],
    [
      'a TopicSyncCronJob',
      'topics',
      (chart) => new TopicSyncCronJob(chart, 'Topics', { cluster: newCluster(chart) } as never),
    ],
    ['a topic', 'name', (chart) => assertValid(newTopics(newCluster(chart), { name: undefined }))],
    ['taints[0] of a NodeGroup', 'key', () => NodeGroup.any({ taints: [{} as never] })],
    [
      'ServerStorage.localVolume()',
      'storageClassName',
      () => ServerStorage.localVolume({ size: Size.gibibytes(1) } as never),
    ],
    ['CertificateIssuer.secret()', 'secretName', () => CertificateIssuer.secret({} as never)],
  ])('%s fails without %s', (owner, property, define) => {
    expect(messageOf(() => define(newChart()))).toBe(`${owner} needs the property '${property}'`);
  });
});

test.each<[owner: string, text: string, define: () => unknown]>([
  ['props of ClientListener.tls()', '"TLS"', () => ClientListener.tls('TLS' as never)],
  ['props of a NodeGroup', '["zone-a"]', () => NodeGroup.any(['zone-a'] as never)],
  ['taints[0] of a NodeGroup', '"a=b"', () => NodeGroup.any({ taints: ['a=b' as never] })],
])('%s fail when they are %s', (owner, text, define) => {
  expect(messageOf(define)).toBe(`${owner} must be an object, got ${text}`);
});

test('a value in place of options fails, because its fields are unknown', () => {
  expect(messageOf(() => ClientListener.tls(ClientAuthentication.scramSha512() as never))).toContain(
    "ClientListener.tls() has no property 'method'; ",
  );
  expect(
    messageOf(() => ClientListener.plaintext({ authentication: ClientAuthentication.none() } as never)),
  ).toBe("ClientListener.plaintext() has no property 'authentication'; its properties are name, port");
});

test('a subclass can have properties of its own', () => {
  class OwnMap extends KafkaMap {}
  class OwnBrokers extends BrokerStatefulSet {}
  class OwnCluster extends KafkaCluster {}
  const chart = newChart();
  const cluster = new OwnCluster(chart, 'Kafka', { ...identity, own: 1 } as never);
  const props = { ...brokers(cluster), own: 1 };

  expect(new OwnMap(chart, 'Map', { ...props, topicPatterns: ['a'] }).mapName).toBe('streams');
  expect(
    new OwnBrokers(chart, 'Brokers', { ...props, mapName: 'b', brokerIds: NodeIds.between(11, 13) }).mapName,
  ).toBe('b');
});
