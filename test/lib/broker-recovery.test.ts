import { Duration, Size } from 'cdk8s';
import { BrokerRecovery, KafkaVersion, NodeIds, ServerStorage, ZookeeperEnsemble } from '../../lib';
import {
  CASES,
  newCertRotation,
  newCluster,
  newMap,
  newRecovery,
  newUncertifiedCluster,
} from '../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  messageOf,
  newChart,
  objectsOf,
  ofKind,
  snapshotOf,
  synth,
} from '../support/testing';

beforeEach(() => void collectWarnings());
afterEach(() => void jest.restoreAllMocks());

const LOCAL = ServerStorage.localVolume({
  storageClassName: 'local-nvme',
  size: Size.gibibytes(100),
  disks: 2,
});
const configOf = (objects: readonly Manifest[], name: string) =>
  JSON.parse(find(objects, 'ConfigMap', name).data['agent.json']);

test.each(['BrokerRecovery, defaults', 'BrokerRecovery, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

/** A cluster with a map on local volumes and a recovery. */
function recovered(controllers?: ServerStorage): Manifest[] {
  const chart = newChart();
  const cluster = newCluster(chart, { controllers: { storage: controllers } });
  newMap(cluster, { storage: LOCAL });
  newRecovery(cluster);
  return synth(chart);
}

test('frees servers with local volumes only, and knows the others', () => {
  const groupsOf = (objects: readonly Manifest[]) =>
    configOf(objects, 'events-recovery').groups.map(({ statefulSet, claims }: Manifest) => [
      statefulSet,
      claims,
    ]);
  const brokers = ['events-streams', ['data-0', 'data-1']];
  expect(groupsOf(recovered())).toEqual([['events-controllers', []], brokers]);
  const one = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(10) });
  expect(groupsOf(recovered(one))).toEqual([['events-controllers', ['data-0']], brokers]);
});

test('maps that are defined later are recovered too', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  newRecovery(cluster);
  newMap(cluster, { storage: LOCAL });
  expect(configOf(synth(chart), 'events-recovery').groups).toHaveLength(2);
});

test('may delete the claims and pods of these servers, and no others', () => {
  const { rules } = find(recovered(), 'Role', 'events-recovery');
  const deleted = rules.filter(({ verbs }: Manifest) => verbs.includes('delete'));
  expect(deleted.map(({ resources, resourceNames }: Manifest) => [resources[0], resourceNames])).toEqual([
    ['pods', ['events-streams-1001', 'events-streams-1002', 'events-streams-1003']],
    [
      'persistentvolumeclaims',
      [1001, 1002, 1003].flatMap((id) => [`data-0-events-streams-${id}`, `data-1-events-streams-${id}`]),
    ],
  ]);
});

test('recovers the servers of a ZooKeeper ensemble of the same namespace', () => {
  const chart = newChart();
  const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(10) });
  const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', { storage });
  const cluster = newUncertifiedCluster(chart, { version: KafkaVersion.V3_9, zookeeper });
  newCertRotation(cluster);
  newMap(cluster, { storage: LOCAL });
  newRecovery(cluster);
  const { groups, metadataMode } = configOf(synth(chart), 'events-recovery');
  expect(metadataMode).toBe('zookeeper');
  expect(groups.map(({ kind, ids }: Manifest) => [kind, ids])).toEqual([
    ['zookeeper', { first: 1, last: 3 }],
    ['broker', { first: 1001, last: 1003 }],
  ]);
});

test('the authority issues its certificate, and brokers accept its connections', () => {
  const objects = recovered();
  const [{ certificates }] = configOf(objects, 'events-authority').pkis;
  expect(certificates).toContainEqual(
    expect.objectContaining({ secret: 'events-recovery-tls', commonName: 'events-recovery' }),
  );
  const policy = find(objects, 'NetworkPolicy', 'events-brokers');
  const components = policy.spec.ingress[0].from.map(
    ({ podSelector }: Manifest) => podSelector.matchLabels['app.kubernetes.io/component'],
  );
  expect(components).toContain('recovery');
});

test('cert-manager issues its certificate, whichever construct is defined first', () => {
  const objects = synth(newChartOf('BrokerRecovery on cert-manager'));
  expect(ofKind(objects, 'Certificate').map(({ metadata }) => metadata.name)).toContain(
    'events-recovery-tls',
  );
});

test('without a recovery nothing of it is in the YAML', () => {
  const chart = newChart();
  newMap(newCluster(chart), { storage: LOCAL });
  const objects = synth(chart).filter(({ kind }) => kind !== 'ConfigMap');
  expect(JSON.stringify(objects)).not.toContain('recovery');
  expect(configOf(synth(chart), 'events-streams')).not.toHaveProperty('programRights');
});

test('with an authorizer brokers give it rights to read', () => {
  const chart = newChart();
  const config = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer' };
  const cluster = newCluster(chart, { config });
  newMap(cluster, { storage: LOCAL });
  newRecovery(cluster);
  const objects = synth(chart);
  expect(configOf(objects, 'events-streams').programRights.map(({ program }: Manifest) => program)).toEqual([
    'topics',
    'recovery',
  ]);
  expect(find(objects, 'ConfigMap', 'events-streams').data['server.properties']).not.toContain(
    'events-recovery',
  );
});

test('warns if no server has local volumes', () => {
  const warnings = collectWarnings();
  const chart = newChart();
  const cluster = newCluster(chart);
  const storage = ServerStorage.networkVolume({ size: Size.gibibytes(10) });
  newMap(cluster, { storage });
  newRecovery(cluster);
  synth(chart);
  expect(warnings.join('\n')).toContain(
    "BrokerRecovery of cluster 'events' has nothing to do: no server has local volumes, and Kubernetes starts pods with other " +
      'volumes on other nodes by itself; remove it',
  );
});

test.each([
  [10, 300, false],
  [10, 301, true],
])('the Role can name 3000 claims: %d disks, %d brokers', (disks, brokers, isTooLarge) => {
  const chart = newChart();
  const cluster = newCluster(chart);
  const storage = ServerStorage.localVolume({ storageClassName: 'nvme', size: Size.gibibytes(1), disks });
  newMap(cluster, { storage, brokerIds: NodeIds.between(1001, 1000 + brokers) });
  newRecovery(cluster);
  const message = messageOf(() => synth(chart));
  expect(message.includes("cluster 'events' has 3010 claims of local volumes")).toBe(isTooLarge);
  expect(message === 'nothing was thrown').toBe(!isTooLarge);
});

test('fails when a cluster has two', () => {
  const cluster = newCluster(newChart());
  newRecovery(cluster);
  expect(messageOf(() => new BrokerRecovery(cluster, 'Second', { cluster }))).toBe(
    "cluster 'events' has two BrokerRecoveries, which would act twice; keep one",
  );
});

test.each([
  [
    { nodeGoneAfter: Duration.seconds(59) },
    "nodeGoneAfter of the BrokerRecovery of 'events' is 59 seconds; it must be between 1 minute and 7 days",
  ],
  [
    { maxConsentDuration: Duration.days(8) },
    "maxConsentDuration of the BrokerRecovery of 'events' is 8 days; it must be between 1 minute and 7 days",
  ],
])('fails: %j', (props, message) => {
  expect(messageOf(() => newRecovery(newCluster(newChart()), props))).toBe(message);
});

function newChartOf(name: keyof typeof CASES) {
  const chart = newChart();
  CASES[name](chart);
  return chart;
}
