/* Values of a wrong kind that would count as the unsafe choice if they were taken as they are. */
import { ClientListener, ControllerQuorum, KafkaCluster, KafkaVersion, ZookeeperEnsemble } from '../../lib';
import { newBrokers } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

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
