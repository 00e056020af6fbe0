/* Values of a wrong kind, or impossible ones: they would be refused late by others, or count as the unsafe choice. */
import { Size } from 'cdk8s';
import {
  ServerStorage,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  ControllerQuorum,
  KafkaCluster,
  KafkaVersion,
  NetworkPeer,
  NodeGroup,
  TopicConfigMap,
  ZookeeperEnsemble,
} from '../../lib';
import { newBrokers, newCluster, newMap } from '../support/cases';
import { messageOf, newChart, synth, validationFailure } from '../support/testing';

const wrong = <T>(value: unknown): T => value as T;
const identity = { clusterName: 'events', version: KafkaVersion.V4_4 };

test.each<[string, () => unknown, string]>([
  [
    'a cluster with traffic of no kind',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, interBrokerSecurity: wrong('TLS') }),
    'interBrokerSecurity of a KafkaCluster is "TLS"; give it one of "mutual-tls", "plaintext"',
  ],
  [
    'a listener with an authentication in words',
    () => ClientListener.tls({ authentication: wrong('mutual-tls') }),
    'authentication of a ClientListener is "mutual-tls"; ' +
      'give it a ClientAuthentication, for example ClientAuthentication.mutualTls()',
  ],
  [
    'a cluster with a listener in words',
    () =>
      new KafkaCluster(newChart(), 'Kafka', {
        ...identity,
        listeners: [wrong({ name: 'CLIENT', port: 9092 })],
      }),
    'listeners of a KafkaCluster has {"name":"CLIENT","port":9092}; ' +
      'give it ClientListeners, for example ClientListener.tls()',
  ],
  [
    'a cluster with a listener that nobody has made',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, listeners: [wrong(ClientListener.tls)] }),
    'listeners of a KafkaCluster has the function tls; give it ClientListeners, for example ClientListener.tls()',
  ],
  [
    'a plaintext listener with authentication',
    () => ClientListener.plaintext(wrong({ authentication: 'mutual-tls' })),
    'authentication of a ClientListener is "mutual-tls", but in plaintext nobody can prove anything; ' +
      'choose ClientListener.tls(), or leave it out',
  ],
  [
    'an issuer with a life in words',
    () => CertificateIssuer.builtIn({ certificateLifetime: wrong('30d') }),
    'certificateLifetime is "30d"; give it a Duration, for example Duration.minutes(20)',
  ],
  [
    'a map of a chart',
    () => newBrokers(wrong(newChart())),
    'cluster of a map is a Chart; give it a KafkaCluster',
  ],
  [
    'ZooKeeper with traffic of no kind',
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { interBrokerSecurity: wrong('TLS') }),
    'interBrokerSecurity of ZooKeeper ensemble \'zookeeper\' is "TLS"; ' +
      'give it one of "mutual-tls", "plaintext"',
  ],
  [
    'controllers of no kind',
    () => new ControllerQuorum(newChart(), 'Controllers', { ...identity, quorumKind: wrong('static!') }),
    'quorumKind of a ControllerQuorum is "static!"; give it one of "dynamic", "static"',
  ],
  [
    'a listener whose clients are known by a name',
    () => ClientAuthentication.mutualTls({ clientCa: wrong('company-ca') }),
    'clientCa of ClientAuthentication.mutualTls() is "company-ca"; ' +
      "give it a CaBundle, for example CaBundle.secret('company-ca')",
  ],
  [
    'Secrets with a bundle by its name',
    () => CertificateIssuer.secret({ secretName: 'brokers', caBundle: wrong('company-ca') }),
    'caBundle of a CertificateIssuer is "company-ca"; give it a CaBundle, for example CaBundle.secret(\'company-ca\')',
  ],
  [
    'cert-manager with a bundle by its name',
    () => CertificateIssuer.certManager({ issuerRef: { name: 'ca' }, caBundle: wrong('company-ca') }),
    'caBundle of a CertificateIssuer is "company-ca"; give it a CaBundle, for example CaBundle.secret(\'company-ca\')',
  ],
  [
    'an issuer of cert-manager of no kind',
    () => CertificateIssuer.certManager({ issuerRef: { name: 'ca', kind: wrong(5) } }),
    'issuerRef of cert-manager is {"name":"ca","kind":5}; ' +
      "name an Issuer: { name: 'kafka-ca' }, or a ClusterIssuer: { name: 'company-ca', kind: 'ClusterIssuer' }",
  ],
  [
    'certificates for nodes in words',
    () =>
      new CertRotation(newChart(), 'Certificates', {
        cluster: newCluster(newChart()),
        issuer: CertificateIssuer.builtIn(),
        nodeGroup: wrong({ group: 'fast' }),
      }),
    'nodeGroup of a CertRotation is {"group":"fast"}; give it a NodeGroup, for example NodeGroup.any()',
  ],
  [
    'clients by their names',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, clients: wrong(['shop']) }),
    'clients of a KafkaCluster has "shop"; give it clients, for example { clientName: \'shop\' }',
  ],
  [
    'a client from a place in words',
    () => newCluster(newChart()).addClient({ clientName: 'shop', from: [wrong('10.0.0.0/8')] }),
    "from of client 'shop' has \"10.0.0.0/8\"; give it NetworkPeers, for example NetworkPeer.addresses('10.0.0.0/8')",
  ],
  [
    'one monitor',
    () =>
      new KafkaCluster(newChart(), 'Kafka', {
        ...identity,
        metricsScrapers: wrong(NetworkPeer.pods({ app: 'metrics' })),
      }),
    'monitors of a KafkaCluster is {"peer":{"podSelector":{"matchLabels":{"app":"metrics"}}}}; give it a list',
  ],
  [
    'monitors of ZooKeeper in words',
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { metricsScrapers: [wrong('metrics')] }),
    'monitors of a ZookeeperEnsemble has "metrics"; ' +
      "give it NetworkPeers, for example NetworkPeer.addresses('10.0.0.0/8')",
  ],
  [
    'an agent by its image',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, agent: wrong('node:24') }),
    'agent of a KafkaCluster is "node:24"; give it an AgentProgram, for example AgentProgram.bundled()',
  ],
  [
    'internal topics in words',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, internalTopics: wrong('3') }),
    'internalTopics of a KafkaCluster is "3"; write an object: { replicationFactor: 3 }',
  ],
  [
    'nodes by a label without a value',
    () => NodeGroup.labeled(wrong('fast')),
    "labels of a node group is \"fast\"; write an object: { 'kafka.example.com/group': 'fast' }",
  ],
  [
    'nodes with zones in the place of options',
    () => NodeGroup.any(wrong(['a', 'b'])),
    "options of a node group is [\"a\",\"b\"]; write an object: { zones: ['a', 'b', 'c'] }",
  ],
  [
    'nodes with a taint in words',
    () => NodeGroup.any({ taints: wrong('kafka') }),
    'taints of a node group is "kafka"; give it a list',
  ],
  [
    'peers by a label without a value',
    () => NetworkPeer.pods(wrong('shop')),
    "labels of pods on the network is \"shop\"; write an object: { 'app.kubernetes.io/name': 'shop' }",
  ],
  [
    'a map with labels in words',
    () => newMap(newCluster(newChart()), { podLabels: wrong('team') }),
    "podLabels of map 'streams' is \"team\"; write an object: { team: 'logs' }",
  ],
  [
    'a map with topics of another kind',
    () => newMap(newCluster(newChart()), { topics: [wrong({ name: 'orders' })] }),
    'topics of a map has {"name":"orders"}; give it patterns of topic names, for example \'orders-.*\'',
  ],
  [
    'topics by their names',
    () => new TopicConfigMap(newChart(), 'Topics', { topics: [wrong('orders')] }),
    'topics of a TopicConfigMap has "orders"; ' +
      "give it topics, for example { name: 'orders', partitions: 12, replicationFactor: 3 }",
  ],
  [
    'a port in quotes',
    () => ClientListener.tls({ port: wrong('9092') }),
    'port of listener CLIENT is "9092"; brokers are no root, so choose one from 1024 to 65535',
  ],
])('fails for %s', (_, define, message) => {
  expect(messageOf(define)).toBe(message);
});

test.each<[string, () => unknown, string]>([
  [
    'a StorageClass',
    () => ServerStorage.localVolume({ storageClassName: 'A B', size: Size.gibibytes(1) }),
    "storageClassName of a ServerStorage is 'A B'",
  ],
  [
    'a PriorityClass of brokers',
    () => newBrokers(newCluster(newChart()), { priorityClassName: '' }),
    "priorityClassName is ''",
  ],
  [
    'a PriorityClass of ZooKeeper',
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { priorityClassName: 'High' }),
    "priorityClassName is 'High'",
  ],
])('fails for the impossible name of %s', (_, define, found) => {
  expect(messageOf(define)).toBe(
    `${found}, which no object of Kubernetes can be called; use up to 253 lower case letters, digits, '-' and '.'`,
  );
});

test('fails when topics would have more replicas than there are brokers', () => {
  const chart = newChart();
  const config = { 'default.replication.factor': '5' };
  const cluster = new KafkaCluster(chart, 'Kafka', { ...identity, config });
  newMap(cluster);
  new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Kafka',
      "default.replication.factor of cluster 'events' is 5, and it has 3 brokers, so topics that clients create could not " +
        'be made; set it to 3 or less in config, or add brokers',
    ]),
  );
});
