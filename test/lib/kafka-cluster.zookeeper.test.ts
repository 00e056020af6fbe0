/* A KafkaCluster with a ZookeeperEnsemble. */
import { App, Chart } from 'cdk8s';
import {
  AgentProgram,
  InterBrokerSecurity,
  KafkaClusterProps,
  KafkaVersion,
  ZookeeperEnsemble,
} from '../../lib';
import { newCluster, newMap, newZookeeperCluster } from '../support/cases';
import { noPositiveInteger } from '../support/messages';
import { messageOf, newChart, settingsOf, synth } from '../support/testing';

function inTwoNamespaces(): Chart[] {
  const app = new App();
  return ['first', 'second'].map((namespace) => new Chart(app, namespace, { namespace }));
}

test('agent, clusterDomain and interBrokerSecurity are those of the ensemble', () => {
  // GIVEN
  const chart = newChart();
  const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', { clusterDomain: 'k8s.example.com' });

  // WHEN
  const cluster = newZookeeperCluster(chart, { zookeeper });

  // THEN
  expect(cluster.zookeeper).toBe(zookeeper);
  expect(cluster.controllers).toBeUndefined();
  expect(cluster.bootstrapServers).toBe('events-bootstrap.kafka.svc.k8s.example.com:9092');
});

test('each cluster of an ensemble has its own path', () => {
  // GIVEN
  const chart = newChart();
  const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper');
  newMap(newZookeeperCluster(chart, { zookeeper }));
  newMap(newZookeeperCluster(chart, { zookeeper, clusterName: 'other' }), { mapName: 'archive' });

  // THEN
  const servers = [1, 2, 3]
    .map((id) => `zookeeper-${id}.zookeeper-servers.kafka.svc.cluster.local:2182`)
    .join();
  const objects = synth(chart);
  expect(settingsOf(objects, 'events-streams')['zookeeper.connect']).toBe(`${servers}/events`);
  expect(settingsOf(objects, 'other-archive')['zookeeper.connect']).toBe(`${servers}/other`);
});

test('clusters with the same name in two namespaces can have an ensemble each', () => {
  const app = new App();

  for (const namespace of ['first', 'second']) {
    const cluster = newZookeeperCluster(new Chart(app, namespace, { namespace }));
    expect(cluster.zookeeper!.servers[0]).toBe(
      `zookeeper-1.zookeeper-servers.${namespace}.svc.cluster.local:2182`,
    );
  }
});

describe('invalid input', () => {
  test.each<[property: keyof KafkaClusterProps, value: unknown]>([
    ['controllers', {}],
    ['controllerVersion', KafkaVersion.V3_9],
    ['clusterId', 'MkU3OEVBNTcwNTJENDM2Qg'],
  ])('fails with %s', (property, value) => {
    expect(messageOf(() => newZookeeperCluster(newChart(), { [property]: value }))).toBe(
      `cluster 'events' has both zookeeper and ${property}; leave out one of them`,
    );
  });

  test.each<[property: keyof KafkaClusterProps, value: unknown]>([
    ['agent', AgentProgram.bundled()],
    ['clusterDomain', 'cluster.local'],
    ['interBrokerSecurity', InterBrokerSecurity.MUTUAL_TLS],
  ])('fails with %s, which is set on the ensemble', (property, value) => {
    expect(messageOf(() => newZookeeperCluster(newChart(), { [property]: value }))).toBe(
      `cluster 'events' has zookeeper and ${property}; set ${property} on the ZookeeperEnsemble instead`,
    );
  });

  test('fails when zookeeper is not a ZookeeperEnsemble', () => {
    const zookeeper = { ensembleName: 'zookeeper' } as ZookeeperEnsemble;

    expect(messageOf(() => newZookeeperCluster(newChart(), { zookeeper }))).toBe(
      'zookeeper of a KafkaCluster is {"ensembleName":"zookeeper"}; expected for example new ZookeeperEnsemble(chart, ' +
        "'Zookeeper')",
    );
  });

  test.each([KafkaVersion.V4_0, KafkaVersion.V4_4])(
    'fails with a version that removed it (%#)',
    (version) => {
      const chart = newChart();
      const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper');

      expect(messageOf(() => newCluster(chart, { zookeeper, version }))).toBe(
        `cluster 'events' uses Kafka ${version.version} with a ZookeeperEnsemble; Kafka 4.0 removed ZooKeeper mode, so use ` +
          'KafkaVersion.V3_9, or leave zookeeper out',
      );
    },
  );

  test('fails when two clusters of an ensemble have the same name', () => {
    const zookeeper = new ZookeeperEnsemble(newChart(), 'Zookeeper');
    newZookeeperCluster(newChart(), { zookeeper });

    expect(messageOf(() => newZookeeperCluster(newChart(), { zookeeper }))).toBe(
      "ZooKeeper ensemble 'zookeeper' has two clusters with the name 'events', which would share their metadata; use another " +
        'clusterName, or a separate ensemble',
    );
  });

  test('fails when the ensemble is in another namespace', () => {
    const [first, second] = inTwoNamespaces();
    const zookeeper = new ZookeeperEnsemble(second, 'Zookeeper');

    expect(messageOf(() => newZookeeperCluster(first, { zookeeper }))).toBe(
      "cluster 'events' is in namespace 'first' and ZooKeeper ensemble 'zookeeper' in 'second', whose Secrets its brokers " +
        'cannot mount; use the same namespace for both',
    );
  });

  test('fails when zookeeper.session.timeout.ms is not a whole number', () => {
    const config = { 'zookeeper.session.timeout.ms': '6 s' };

    expect(messageOf(() => newZookeeperCluster(newChart(), { config }))).toBe(
      noPositiveInteger("cluster 'events'", 'zookeeper.session.timeout.ms', '6 s'),
    );
  });
});
