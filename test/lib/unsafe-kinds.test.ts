/* Values of a wrong kind, or impossible ones: they would be refused late by others, or count as the unsafe choice. */
import { Size } from 'cdk8s';
import {
  BrokerStorage,
  CertRotation,
  CertificateIssuer,
  ClientListener,
  ControllerQuorum,
  KafkaCluster,
  KafkaVersion,
  ZookeeperEnsemble,
} from '../../lib';
import { newBrokers, newCluster, newMap } from '../support/cases';
import { messageOf, newChart, synth, validationFailure } from '../support/testing';

const wrong = <T>(value: unknown): T => value as T;
const identity = { clusterName: 'events', version: KafkaVersion.V4_4 };

test.each<[string, () => unknown, string]>([
  [
    'a cluster with traffic of no kind',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, internalTraffic: wrong('TLS') }),
    'internalTraffic of a KafkaCluster is "TLS"; give it one of "mutual-tls", "plaintext-for-everyone"',
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
    () => ClientListener.plaintextForEveryone(wrong({ authentication: 'mutual-tls' })),
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
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { internalTraffic: wrong('TLS') }),
    'internalTraffic of ZooKeeper ensemble \'zookeeper\' is "TLS"; ' +
      'give it one of "mutual-tls", "plaintext-for-everyone"',
  ],
  [
    'controllers of no kind',
    () => new ControllerQuorum(newChart(), 'Controllers', { ...identity, quorumKind: wrong('static!') }),
    'quorumKind of a ControllerQuorum is "static!"; give it one of "dynamic", "static"',
  ],
])('fails for %s', (_, define, message) => {
  expect(messageOf(define)).toBe(message);
});

test.each<[string, () => unknown, string]>([
  [
    'a StorageClass',
    () => BrokerStorage.localVolume({ storageClassName: 'A B', size: Size.gibibytes(1) }),
    "storageClassName of a BrokerStorage is 'A B'",
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
