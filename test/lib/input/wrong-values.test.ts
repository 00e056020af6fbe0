/*
 * Values of a wrong type, which apps without type checks pass. Each ends in a message that names the property, never in an
 * exception from inside.
 */
import { Chart, Duration, Size } from 'cdk8s';
import {
  AgentProgram,
  BrokerStatefulSet,
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NetworkPeer,
  NodeGroup,
  NodeIds,
  PodSecurity,
  PodVolume,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../../lib';
import {
  allOfBrokers,
  allOfCertRotation,
  allOfCluster,
  allOfControllers,
  allOfEnsemble,
  allOfMap,
  allOfTopicSync,
  allOfTopics,
  clusterAttributes,
} from '../../support/all-props';
import { newCluster, newMap, newUncertifiedCluster } from '../../support/cases';
import { collectWarnings, newChart } from '../../support/testing';

const CIRCULAR: Record<string, unknown> = {};
CIRCULAR.self = CIRCULAR;

const WRONG: [name: string, value: unknown][] = [
  ['null', null],
  ['a bigint', BigInt(7)],
  ['a size of a bigint', Size.gibibytes(BigInt(7) as never)],
  ['a duration of a bigint', Duration.minutes(BigInt(7) as never)],
  ['a symbol', Symbol('x')],
  ['a circular object', CIRCULAR],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => 1],
  ['NaN', NaN],
  ['a list with undefined', [undefined]],
  ['a list with a symbol', [Symbol('x')]],
  ['an object with null', { a: null }],
  ['an object with a bigint', { a: BigInt(7) }],
  ['a NUL', '\0'],
  ['half a surrogate pair', 'a\uD800'],
  ['a long text', '('.repeat(10_000)],
];

/** Constructs with all properties. A property is replaced by a wrong value. */
const CONSTRUCTS: [
  name: string,
  props: (chart: Chart) => object,
  define: (chart: Chart, props: never) => unknown,
][] = [
  ['KafkaCluster', allOfCluster, (chart, props) => new KafkaCluster(chart, 'X', props)],
  ['controllers', allOfControllers, (chart, props) => newUncertifiedCluster(chart, { controllers: props })],
  ['KafkaMap', (chart) => allOfMap(newCluster(chart)), (chart, props) => new KafkaMap(chart, 'X', props)],
  [
    'BrokerStatefulSet',
    (chart) => allOfBrokers(newCluster(chart)),
    (chart, props) => new BrokerStatefulSet(chart, 'X', props),
  ],
  ['ZookeeperEnsemble', allOfEnsemble, (chart, props) => new ZookeeperEnsemble(chart, 'X', props)],
  [
    'TopicConfigMap',
    (chart) => allOfTopics(newCluster(chart)),
    (chart, props) => new TopicConfigMap(chart, 'X', props),
  ],
  [
    'TopicSyncCronJob',
    (chart) => {
      const cluster = newCluster(chart);
      newMap(cluster);
      return allOfTopicSync(chart, cluster);
    },
    (chart, props) => new TopicSyncCronJob(chart, 'X', props),
  ],
  [
    'CertRotation',
    (chart) => allOfCertRotation(newUncertifiedCluster(chart), CertificateIssuer.builtIn()),
    (chart, props) => new CertRotation(chart, 'X', props),
  ],
  [
    'fromAttributes',
    () => clusterAttributes,
    (chart, props) => KafkaCluster.fromAttributes(chart, 'X', props),
  ],
];

const capacity = { vcpus: 4, memory: Size.gibibytes(32), disks: 1, diskGigabytes: 100 };

/** Factories, each with one argument replaced by a wrong value. */
const FACTORIES: [name: string, call: (value: never) => unknown][] = [
  ['KafkaVersion.of', (value) => KafkaVersion.of(value)],
  ['KafkaVersion.of, image', (value) => KafkaVersion.of('4.4.0', value)],
  ['NodeIds.between, first', (value) => NodeIds.between(value, 3)],
  ['NodeIds.between, last', (value) => NodeIds.between(1, value)],
  ['NodeGroup.any', (value) => NodeGroup.any(value)],
  ['NodeGroup.labeled', (value) => NodeGroup.labeled(value)],
  ['NodeGroup.labeled, options', (value) => NodeGroup.labeled({ a: 'b' }, value)],
  ['NodeGroup.ofInstanceType', (value) => NodeGroup.ofInstanceType(value)],
  ['NodeGroup.ofInstanceType, options', (value) => NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE, value)],
  ['InstanceType.of, name', (value) => InstanceType.of(value, capacity)],
  ['InstanceType.of, capacity', (value) => InstanceType.of('m', value)],
  ...Object.keys(capacity).map((key): [string, (value: never) => unknown] => [
    `InstanceType.of, ${key}`,
    (value) => InstanceType.of('m', { ...capacity, [key]: value }),
  ]),
  ['ServerStorage.localVolume', (value) => ServerStorage.localVolume(value)],
  [
    'ServerStorage.localVolume, size',
    (value) => ServerStorage.localVolume({ storageClassName: 'a', size: value }),
  ],
  ['ServerStorage.networkVolume', (value) => ServerStorage.networkVolume(value)],
  ['ServerStorage.ephemeral', (value) => ServerStorage.ephemeral(value)],
  ['ServerStorage.ephemeral, size', (value) => ServerStorage.ephemeral({ size: value })],
  ['ServerStorage.instanceStore', (value) => ServerStorage.instanceStore(value, { storageClassName: 'a' })],
  [
    'ServerStorage.instanceStore, options',
    (value) => ServerStorage.instanceStore(InstanceType.I3_2XLARGE, value),
  ],
  ['NetworkPeer.pods', (value) => NetworkPeer.pods(value)],
  ['NetworkPeer.namespaces', (value) => NetworkPeer.namespaces(value)],
  ['NetworkPeer.namespaces, pods', (value) => NetworkPeer.namespaces({ a: 'b' }, value)],
  ['NetworkPeer.addresses', (value) => NetworkPeer.addresses(value)],
  ['ClientListener.tls', (value) => ClientListener.tls(value)],
  ['ClientListener.plaintext', (value) => ClientListener.plaintext(value)],
  ['ClientAuthentication.mutualTls', (value) => ClientAuthentication.mutualTls(value)],
  ['CertificateIssuer.builtIn', (value) => CertificateIssuer.builtIn(value)],
  ['CertificateIssuer.certManager', (value) => CertificateIssuer.certManager(value)],
  ['CertificateIssuer.secret', (value) => CertificateIssuer.secret(value)],
  ['CaBundle.secret', (value) => CaBundle.secret(value)],
  ['CaBundle.configMap', (value) => CaBundle.configMap(value)],
  ['CaBundle.configMap, key', (value) => CaBundle.configMap('a', value)],
  ['CaBundle.secret, key', (value) => CaBundle.secret('a', value)],
  ['AgentProgram.bundled', (value) => AgentProgram.bundled(value)],
  ['AgentProgram.image', (value) => AgentProgram.image(value)],
  ['PodSecurity.ids', (value) => PodSecurity.ids(value)],
  ['PodVolume.fromSecret', (value) => PodVolume.fromSecret(value, 'a')],
  ['PodVolume.fromSecret, name', (value) => PodVolume.fromSecret('a', value)],
  ['PodVolume.fromConfigMap, name', (value) => PodVolume.fromConfigMap('a', value)],
  ['PodVolume.fromPersistentVolumeClaim, name', (value) => PodVolume.fromPersistentVolumeClaim('a', value)],
  ['PodVolume.fromEmptyDir', (value) => PodVolume.fromEmptyDir(value, Size.gibibytes(1))],
  ['PodVolume.fromEmptyDir, sizeLimit', (value) => PodVolume.fromEmptyDir('a', value)],
  ['PodVolume.fromEmptyDir, options', (value) => PodVolume.fromEmptyDir('a', Size.gibibytes(1), value)],
  // TypeScript hides these factories, but JavaScript does not.
  ...['aws', 'azure', 'google'].flatMap((factory) =>
    [1, 2, 3, 4].map((index): [string, (value: never) => unknown] => [
      `InstanceType.${factory}, argument ${index}`,
      (value) => {
        const all = ['m', 8, 64, 1, 1900, 2500, 58].map((each, at) => (at === index ? value : each));
        return (InstanceType as unknown as Record<string, (...of: unknown[]) => unknown>)[factory](...all);
      },
    ]),
  ),
  ['clientSecretName', (value) => newCluster(newChart()).clientSecretName(value)],
  [
    'clientSecretName of an imported cluster',
    (value) => KafkaCluster.fromAttributes(newChart(), 'X', clusterAttributes).clientSecretName(value),
  ],
  ['namespace of a chart', (value) => newCluster(newChart(value))],
  ['addClient', (value) => newCluster(newChart()).addClient(value)],
  ['addListener', (value) => newCluster(newChart()).addListener(value)],
  ['addMetricsScraper', (value) => newCluster(newChart()).addMetricsScraper(value)],
];

/** The error of a function; undefined if it returns. */
function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Other names of properties in messages. */
const NAMED: Readonly<Record<string, RegExp>> = {
  clients: /client of cluster/,
  config: /^(setting|config of)/,
  firstNodeId: /^node ids/,
};

/** Exceptions of JavaScript itself are not meant for users. */
function isInternal(error: unknown): boolean {
  return error !== undefined && (error as Error).constructor.name !== 'Error';
}

beforeEach(() => void collectWarnings());

describe.each(CONSTRUCTS)('a property of %s', (_, propsFor, define) => {
  const names = Object.keys(propsFor(newChart()));

  test.each(WRONG)('that is %s ends in no exception from inside', (_name, value) => {
    const found = names.flatMap((name) => {
      const chart = newChart();
      const props = { ...propsFor(chart), [name]: value };
      const error = errorOf(() => {
        define(chart, props as never);
        chart.toJson();
      }) as Error | undefined;
      const isNamed =
        error === undefined ||
        /^Validation/.test(error.message) ||
        NAMED[name]?.test(error.message) ||
        error.message.includes(name.replace(/Name$|s$/, ''));
      return isInternal(error) || !isNamed || (error?.message.length ?? 0) > 2000
        ? [`${name}: ${String(error)}`]
        : [];
    });

    expect(found).toEqual([]);
  });
});

test.each(FACTORIES)('%s ends in no exception from inside', (_, call) => {
  const found = [...WRONG, ['undefined', undefined] as [string, unknown]].flatMap(([name, value]) => {
    const error = errorOf(() => call(value as never));
    return isInternal(error) || String(error).length > 2000 ? [`${name}: ${String(error)}`] : [];
  });

  expect(found).toEqual([]);
});
