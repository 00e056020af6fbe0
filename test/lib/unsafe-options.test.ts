/* Options that would be taken for others, or for none: each would leave something open, or be refused late. */
import { Duration, Size } from 'cdk8s';
import {
  AgentProgram,
  ServerStorage,
  CaBundle,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  InterBrokerSecurity,
  KafkaCluster,
  KafkaVersion,
  NodeGroup,
  ZookeeperEnsemble,
} from '../../lib';
import { newCluster, newMap, newTopicSync } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

const wrong = <T>(value: unknown): T => value as T;
const identity = { clusterName: 'events', version: KafkaVersion.V4_4 };

test.each<[string, () => unknown, string]>([
  [
    'a hole in a list of peers',
    () => new KafkaCluster(newChart(), 'Kafka', { ...identity, metricsScrapers: wrong([, '10.0.0.0/8']) }),
    'monitors of a KafkaCluster is [null,"10.0.0.0/8"], a list with gaps; leave them out',
  ],
  [
    'a listener in place of its options',
    () => ClientListener.tls(wrong(ClientAuthentication.scramSha512())),
    "ClientListener.tls() has no 'kind'; it has authentication, name, port",
  ],
  [
    'a bundle in place of options',
    () => ClientAuthentication.mutualTls(wrong(CaBundle.secret('company'))),
    "ClientAuthentication.mutualTls() has no 'kind'; it has clientCa",
  ],
  [
    'an issuer with a life that is called otherwise',
    () => CertificateIssuer.builtIn(wrong({ caLife: Duration.days(3) })),
    "CertificateIssuer.builtIn() has no 'caLife'; it has caLifetime, certificateLifetime, overlap",
  ],
  [
    'a bundle that is a key',
    () => CaBundle.secret('events-tls', 'tls.key'),
    "a CA bundle lies under 'tls.key', which is a private key by its name; name the key of certificates, for example 'ca.crt'",
  ],
  [
    'local volumes without a StorageClass',
    () => ServerStorage.localVolume(wrong({ size: Size.gibibytes(1), storageClass: 'local' })),
    'storageClassName of local volumes is missing; give it a string',
  ],
  [
    'volumes of a size in words',
    () => ServerStorage.networkVolume({ size: wrong('100Gi') }),
    'size of network volumes is "100Gi"; give it a Size, for example Size.gibibytes(4)',
  ],
  [
    'a machine by its name',
    () => NodeGroup.ofInstanceType(wrong('i3en.xlarge')),
    'instanceType of a node group is "i3en.xlarge"; give it an InstanceType, for example InstanceType.I3EN_XLARGE',
  ],
  [
    'topics with a schedule in words',
    () => newTopicSync(newCluster(newChart()), [], { schedule: wrong('*/5 * * * *') }),
    'schedule of a TopicSyncCronJob is "*/5 * * * *"; give it a Cron, for example Cron.schedule({ minute: \'*/5\' })',
  ],
  [
    'topics that are held by a word',
    () => newTopicSync(newCluster(newChart()), [], { suspend: wrong('false') }),
    'suspend of a TopicSyncCronJob is "false"; give it one of true, false',
  ],
  [
    'an ensemble that speaks plaintext beside TLS',
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { config: { portUnification: 'true' } }),
    "setting 'portUnification' of a ZooKeeper ensemble is 'true', but the construct decides it; leave it out",
  ],
  [
    'an ensemble with a tick that is no number',
    () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { config: { tickTime: '2s' } }),
    "setting 'tickTime' of a ZooKeeper ensemble is '2s', with which it does not start; write a whole number",
  ],
  [
    'an authorizer where brokers have no names',
    () =>
      new KafkaCluster(newChart(), 'Kafka', {
        ...identity,
        interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
        config: { 'authorizer.class.name': 'Some' },
      }),
    "cluster 'events' has the authorizer 'Some' and plaintext between its servers, where everybody is User:ANONYMOUS, its own " +
      "brokers too; choose InterBrokerSecurity.MUTUAL_TLS, or add User:ANONYMOUS to 'super.users'",
  ],
  [
    'an authorizer of a map',
    () => newMap(newCluster(newChart()), { config: { 'authorizer.class.name': '' } }),
    "setting 'authorizer.class.name' of map 'streams' is '', but it holds for the whole cluster; set it in config of KafkaCluster",
  ],
  [
    'an agent without an image',
    () => AgentProgram.image(''),
    'image of an AgentProgram is "", which is no name of an image; write for example \'registry.example.com/kafka:4.4.0\'',
  ],
  [
    'Kafka in an image of two words',
    () => KafkaVersion.of('4.4.0', 'kafka 4.4'),
    'image of Kafka 4.4.0 is "kafka 4.4", which is no name of an image; write for example \'registry.example.com/kafka:4.4.0\'',
  ],
  [
    'a Kafka with zeros before it',
    () => KafkaVersion.of('04.4.0'),
    "Kafka version '04.4.0' is not three numbers; write it as Apache Kafka publishes it, for example '4.4.0'",
  ],
  [
    'an issuer of a name that nothing has',
    () => CertificateIssuer.certManager({ issuerRef: { name: 'a..b' } }),
    "name in issuerRef of cert-manager is 'a..b', which no object of Kubernetes can be called; use up to 253 lower case letters, " +
      "digits, '-' and '.'",
  ],
  [
    'labels of a domain that is none',
    () => newMap(newCluster(newChart()), { podLabels: { 'a..b/c': 'd' } }),
    "pod label of map 'streams' 'a..b/c' is no key that Kubernetes takes; use letters, digits, '-', '_' and '.', with a domain " +
      "and '/' before it",
  ],
])('fails for %s', (_, define, message) => {
  expect(messageOf(define)).toBe(message);
});
