import { Chart } from 'cdk8s';
import {
  ClientAuthentication,
  ClientListener,
  KafkaCluster,
  KafkaClusterProps,
  KafkaVersion,
  NetworkPeer,
} from '../../lib';
import { CASES, newBrokers, newCluster, newMap } from '../support/cases';
import { Manifest, find, newChart, objectsOf, settingsOf, snapshotOf, synth } from '../support/testing';

test('KafkaCluster, defaults', () => {
  expect(snapshotOf(objectsOf(CASES['KafkaCluster, defaults'](newChart())))).toMatchSnapshot();
});

test.each(['KafkaCluster, all props', 'KafkaCluster on ZooKeeper, all props'] as const)('%s', (name) => {
  const chart = newChart();
  CASES[name](chart);

  expect(snapshotOf(synth(chart))).toMatchSnapshot();
});

test('bootstrapServers is the address of the first listener', () => {
  const chart = newChart('streaming');
  const listeners = [ClientListener.tls({ name: 'FIRST', port: 9192 }), ClientListener.tls()];

  expect(newCluster(chart).bootstrapServers).toBe('events-bootstrap.streaming.svc.cluster.local:9092');
  expect(
    newCluster(chart, { clusterName: 'other', clusterDomain: 'k8s.example.com', listeners }).bootstrapServers,
  ).toBe('other-bootstrap.streaming.svc.k8s.example.com:9192');
});

test('isKafkaCluster is true for a cluster of this app only', () => {
  const chart = newChart();
  const imported = KafkaCluster.fromAttributes(chart, 'Imported', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });

  expect(KafkaCluster.isKafkaCluster(newCluster(chart))).toBe(true);
  expect([imported, {}, undefined].some((value) => KafkaCluster.isKafkaCluster(value))).toBe(false);
});

describe('controllers', () => {
  test('a cluster has three controllers by default, and no ensemble', () => {
    const { controllers, zookeeper } = newCluster(newChart());

    expect(controllers!.nodeIds.toList()).toEqual([1, 2, 3]);
    expect(zookeeper).toBeUndefined();
  });

  test('they have the version of the brokers, or controllerVersion', () => {
    const imageOf = ({ controllers }: KafkaCluster) =>
      (controllers!.statefulSet.toJson() as Manifest).spec.template.spec.containers[0].image;

    expect(imageOf(newCluster(newChart(), { version: KafkaVersion.V4_3 }))).toBe(
      'docker.io/apache/kafka:4.3.1',
    );
    expect(
      imageOf(newCluster(newChart(), { version: KafkaVersion.V4_3, controllerVersion: KafkaVersion.V4_4 })),
    ).toBe('docker.io/apache/kafka:4.4.0');
  });

  test('controllerVersion changes no broker', () => {
    const brokersWith = (props: Partial<KafkaClusterProps>) =>
      newBrokers(newCluster(newChart(), { version: KafkaVersion.V4_3, ...props })).statefulSet.toJson();

    expect(brokersWith({ controllerVersion: KafkaVersion.V4_4 })).toEqual(brokersWith({}));
  });

  test.each([
    ['4.4.0', '4.4.0'],
    ['4.4.1', '4.4.0'],
    ['4.4.0', '4.3.1'],
    ['4.0.0', '3.9.2'],
  ])('controllerVersion can be %s with version %s', (controllerVersion, version) => {
    const cluster = newCluster(newChart(), {
      version: KafkaVersion.of(version),
      controllerVersion: KafkaVersion.of(controllerVersion),
    });

    expect(cluster.version.version).toBe(version);
  });

  test('they have the settings of the cluster, and no settings of maps', () => {
    // GIVEN
    const chart = newChart();
    const config = {
      'min.insync.replicas': '1',
      'num.partitions': '6',
      'log.retention.hours': '48',
      // The library has a default for it.
      'socket.connection.setup.timeout.ms': '3000',
    };
    newMap(newCluster(chart, { config }), { config: { 'num.io.threads': '9' } });

    // THEN
    const objects = synth(chart);
    expect(settingsOf(objects, 'events-controllers')).toMatchObject(config);
    expect(settingsOf(objects, 'events-controllers')).not.toHaveProperty(['num.io.threads']);
    expect(settingsOf(objects, 'events-streams')).toMatchObject({ ...config, 'num.io.threads': '9' });
  });
});

describe('addListener', () => {
  const EXTERNAL = ClientListener.tls({ name: 'EXTERNAL', port: 9094 });

  test('an added listener is the same as one in listeners', () => {
    // GIVEN
    const [before, after] = [newChart(), newChart()];
    newMap(newCluster(before, { listeners: [ClientListener.tls(), EXTERNAL] }));

    // WHEN
    const cluster = newCluster(after);
    cluster.addListener(EXTERNAL);
    newMap(cluster);

    // THEN
    expect(synth(after)).toEqual(synth(before));
    expect(cluster.listeners.map(({ name }) => name)).toEqual(['CLIENT', 'EXTERNAL']);
  });

  test('brokers mount the client CA of an added listener', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    const clientCa = CASES['KafkaCluster, all props'](newChart()) as KafkaCluster;

    // WHEN
    clientCa.listeners.slice(1).forEach((listener) => cluster.addListener(listener));
    const brokers = newBrokers(cluster);

    // THEN
    const { volumes } = (brokers.statefulSet.toJson() as Manifest).spec.template.spec;
    expect(volumes.map(({ name }: Manifest) => name)).toContain('certificates-clients-partners');
  });

  test('bootstrapServers is still the address of the first listener', () => {
    const cluster = newCluster(newChart());
    const { bootstrapServers } = cluster;
    cluster.addListener(EXTERNAL);

    expect(cluster.bootstrapServers).toBe(bootstrapServers);
  });

  test('listeners are a copy', () => {
    const cluster = newCluster(newChart());
    cluster.listeners.push(EXTERNAL);

    expect(cluster.listeners).toHaveLength(1);
  });
});

describe('addMetricsScraper', () => {
  test('all policies let an added scraper read metrics', () => {
    // GIVEN
    const [before, after] = [newChart(), newChart()];
    const peer = NetworkPeer.pods({ app: 'prometheus' });
    newMap(newCluster(before, { metricsScrapers: [peer] }));

    // WHEN
    const cluster = newCluster(after);
    newMap(cluster);
    cluster.addMetricsScraper(peer);

    // THEN
    const objects = synth(after);
    expect(objects).toEqual(synth(before));
    for (const name of ['events-brokers', 'events-controllers', 'events-authority']) {
      expect(find(objects, 'NetworkPolicy', name).spec.ingress).toContainEqual({
        from: [{ podSelector: { matchLabels: { app: 'prometheus' } } }],
        ports: [{ port: 8080, protocol: 'TCP' }],
      });
    }
  });
});

describe('clients', () => {
  test('addClient returns the name of the Secret', () => {
    const cluster = newCluster(newChart(), { clients: [{ clientName: 'shop' }] });

    expect(cluster.addClient({ clientName: 'billing' })).toBe('events-client-billing');
    expect(cluster.clientSecretName('shop')).toBe('events-client-shop');
    expect(cluster.clients.map(({ clientName }) => clientName)).toEqual(['shop', 'billing']);
  });

  test('a client connects from the pods with its name, unless it has peers', () => {
    const cluster = newCluster(newChart(), {
      clients: [{ clientName: 'shop' }, { clientName: 'billing', peers: [NetworkPeer.pods({ app: 'b' })] }],
    });
    newMap(cluster);

    const { ingress } = find(synth(Chart.of(cluster)), 'NetworkPolicy', 'events-brokers').spec;
    expect(ingress.slice(2).map(({ from }: Manifest) => from[0].podSelector.matchLabels)).toEqual([
      { 'app.kubernetes.io/name': 'shop' },
      { app: 'b' },
    ]);
  });
});

test('serviceAccountAnnotations are annotations of the ServiceAccounts of the brokers', () => {
  const cluster = newCluster(newChart(), { serviceAccountAnnotations: { 'example.com/role': 'kafka' } });

  expect(newBrokers(cluster).serviceAccount.toJson().metadata.annotations).toEqual({
    'example.com/role': 'kafka',
  });
  expect(cluster.controllers!.serviceAccount.toJson().metadata).not.toHaveProperty('annotations');
});

test('the cluster of single replicas needs one replica in sync', () => {
  const cluster = newCluster(newChart(), { config: { 'default.replication.factor': '1' } });
  newMap(cluster);

  expect(settingsOf(synth(Chart.of(cluster)), 'events-streams')['min.insync.replicas']).toBe('1');
});

test('super users of the user are added to those of the cluster', () => {
  const superUsersWith = (config: Record<string, string>) => {
    const cluster = newCluster(newChart(), { config });
    newMap(cluster);
    const objects = synth(Chart.of(cluster));
    return ['events-streams', 'events-controllers'].map((name) => settingsOf(objects, name)['super.users']);
  };
  const own = 'User:CN=events-brokers;User:CN=events-controllers;User:CN=events-topics';

  expect(superUsersWith({})).toEqual([own, own]);
  expect(superUsersWith({ 'super.users': 'User:root' })).toEqual([`${own};User:root`, `${own};User:root`]);
});

test('authentication of an added SCRAM listener needs no client certificate', () => {
  const cluster = newCluster(newChart());
  const authentication = ClientAuthentication.scramSha512();
  cluster.addListener(ClientListener.tls({ name: 'USERS', port: 9292, authentication }));
  newMap(cluster);

  expect(settingsOf(synth(Chart.of(cluster)), 'events-streams')).toMatchObject({
    'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL,USERS:SASL_SSL,CONTROLLER:SSL',
    'listener.name.users.ssl.client.auth': 'none',
  });
});
