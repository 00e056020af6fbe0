import { Duration } from 'cdk8s';
import { NetworkPeer, ZookeeperEnsemble, ZookeeperEnsembleProps } from '../../lib';
import { CASES, newMap, newZookeeperCluster } from '../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  newChart,
  objectsOf,
  serverParts,
  snapshotOf,
  synth,
} from '../support/testing';

const newEnsemble = (props?: ZookeeperEnsembleProps): ZookeeperEnsemble =>
  new ZookeeperEnsemble(newChart(), 'Zookeeper', props);
const partsOf = (props?: ZookeeperEnsembleProps) => serverParts(newEnsemble(props));

afterEach(() => void jest.restoreAllMocks());

test.each(['ZookeeperEnsemble, defaults', 'ZookeeperEnsemble, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

test('isZookeeperEnsemble is true for an ensemble only', () => {
  expect(ZookeeperEnsemble.isZookeeperEnsemble(newEnsemble())).toBe(true);
  expect([{}, undefined].some((value) => ZookeeperEnsemble.isZookeeperEnsemble(value))).toBe(false);
});

test('server ids start at 1', () => {
  const ensemble = newEnsemble({ replicas: 3 });
  const { set, settings } = serverParts(ensemble);

  expect(ensemble.servers).toEqual(
    [1, 2, 3].map((id) => `zookeeper-${id}.zookeeper-servers.kafka.svc.cluster.local:2182`),
  );
  expect(set.spec.ordinals).toEqual({ start: 1 });
  expect(set.spec.replicas).toBe(3);
  expect(settings).toMatchObject({
    'server.1': 'zookeeper-1.zookeeper-servers.kafka.svc.cluster.local:2888:3888',
    'server.3': 'zookeeper-3.zookeeper-servers.kafka.svc.cluster.local:2888:3888',
  });
  expect(settings).not.toHaveProperty(['server.4']);
});

test('config overrides defaults', () => {
  expect(partsOf({ config: { tickTime: '1000', 'quorum.cnxTimeoutMs': '5' } }).settings).toMatchObject({
    tickTime: '1000',
    'quorum.cnxTimeoutMs': '5',
    initLimit: '20',
  });
});

test('probes of the server use its port; the agent decides readiness', () => {
  const { container, agent } = partsOf();

  expect(container).not.toHaveProperty('readinessProbe');
  expect(agent.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'agent' });
  expect(container.livenessProbe.tcpSocket).toEqual({ port: 'client' });
  expect(container.startupProbe.tcpSocket).toEqual({ port: 'client' });
});

test('the startup probe allows 30 minutes, or startupTimeout', () => {
  const secondsOf = ({ startupProbe }: Manifest) =>
    startupProbe.failureThreshold * startupProbe.periodSeconds;

  expect(secondsOf(partsOf().container)).toBe(1800);
  expect(secondsOf(partsOf({ startupTimeout: Duration.minutes(5) }).container)).toBe(300);
});

test('preStop asks the agent; the grace period covers preStop and the shutdown', () => {
  const { container, pod } = partsOf({
    preStopTimeout: Duration.minutes(3),
    shutdownGracePeriod: Duration.seconds(50),
  });

  expect(container.lifecycle.preStop.httpGet).toEqual({ path: '/pre-stop', port: 8081 });
  expect(pod.terminationGracePeriodSeconds).toBe(230);
});

test('agent.json lists the servers', () => {
  const { agentConfig } = partsOf();

  expect(agentConfig).toMatchObject({
    role: 'zookeeper',
    certificates: [{ folder: 'metadata', reload: 'dynamic' }],
    listener: { port: 2182, certificateFolder: 'metadata' },
    electionListener: { port: 3888, certificateFolder: 'metadata' },
    disks: [{ claim: 'data-0', mountPath: '/var/lib/zookeeper', logDir: '/var/lib/zookeeper/data' }],
    ledgerConfigMap: 'zookeeper-ledger',
    stop: { preStopTimeoutSeconds: 300, shutdownGracePeriodSeconds: 120 },
  });
  expect(agentConfig.servers).toEqual(
    [1, 2, 3].map((id) => ({ id, host: `zookeeper-${id}.zookeeper-servers.kafka.svc.cluster.local` })),
  );
});

test('a changed setting changes the annotation of settings only', () => {
  const before = partsOf().annotations;
  const after = partsOf({ config: { tickTime: '1000' } }).annotations;

  expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([
    'cdk8s-kafka.io/restart-settings',
  ]);
});

test('the client Service has ready servers only, the headless Service all', () => {
  const { clientService, service } = newEnsemble();

  expect(clientService.toJson().spec).not.toHaveProperty('publishNotReadyAddresses');
  expect(service.toJson().spec.publishNotReadyAddresses).toBe(true);
});

test('only containers of the agent mount the token of the Kubernetes API', () => {
  const { pod, container, agent } = partsOf();

  expect(pod.automountServiceAccountToken).toBe(false);
  expect(JSON.stringify(container)).not.toContain('kubernetes-api');
  expect(JSON.stringify(agent)).toContain('kubernetes-api');
});

describe('NetworkPolicy', () => {
  const ingressOf = (objects: Manifest[]) => find(objects, 'NetworkPolicy', 'zookeeper').spec.ingress;

  test('brokers of all clusters of the ensemble may connect', () => {
    // GIVEN
    const chart = newChart();
    const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper');
    newMap(newZookeeperCluster(chart, { zookeeper }));
    newMap(newZookeeperCluster(chart, { zookeeper, clusterName: 'other' }), { mapName: 'archive' });

    // THEN
    const { from } = ingressOf(synth(chart)).find(({ ports }: Manifest) => ports[0].port === 2182);
    const brokers = from
      .map(({ podSelector }: Manifest) => podSelector.matchLabels)
      .filter((labels: Manifest) => labels['app.kubernetes.io/component'] === 'broker');
    expect(brokers.map((labels: Manifest) => labels['cdk8s-kafka.io/cluster'])).toEqual(['events', 'other']);
  });

  test('metricsScrapers may read metrics of servers and agents', () => {
    const ensemble = newEnsemble({ metricsScrapers: [NetworkPeer.addresses('10.0.0.0/8')] });

    expect(ingressOf(objectsOf(ensemble))).toContainEqual({
      from: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
      ports: [
        { port: 7000, protocol: 'TCP' },
        { port: 8080, protocol: 'TCP' },
      ],
    });
  });
});

test('an ensemble without a cluster causes a warning', () => {
  const warnings = collectWarnings();
  const chart = newChart();
  new ZookeeperEnsemble(chart, 'Zookeeper');
  synth(chart);

  expect(warnings).toEqual([
    "cdk8s-kafka: warning: ZooKeeper ensemble 'zookeeper' is not used by any KafkaCluster, so no authority issues its " +
      'certificates and its pods do not start; use it in a KafkaCluster, or leave it out',
  ]);
});

test('an ensemble with a cluster causes no warning', () => {
  const warnings = collectWarnings();
  const chart = newChart();
  newMap(newZookeeperCluster(chart));
  synth(chart);

  expect(warnings).toEqual([]);
});

test('an added scraper can read metrics, as one of metricsScrapers', () => {
  // GIVEN
  const [before, after] = [newChart(), newChart()];
  const peer = NetworkPeer.pods({ app: 'prometheus' });
  newMap(
    newZookeeperCluster(before, {
      zookeeper: new ZookeeperEnsemble(before, 'Zk', { metricsScrapers: [peer] }),
    }),
  );

  // WHEN
  const zookeeper = new ZookeeperEnsemble(after, 'Zk');
  newMap(newZookeeperCluster(after, { zookeeper }));
  zookeeper.addMetricsScraper(peer);

  // THEN
  expect(synth(after)).toEqual(synth(before));
  expect(find(synth(after), 'NetworkPolicy', 'zookeeper').spec.ingress).toContainEqual({
    from: [{ podSelector: { matchLabels: { app: 'prometheus' } } }],
    ports: [7000, 8080].map((port) => ({ port, protocol: 'TCP' })),
  });
});
