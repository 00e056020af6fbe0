/*
 * A small cluster whose servers are freed when their node is gone. cdk8s runs it as `tsx test/e2e/charts/recovery.ts kraft|zookeeper`.
 */
import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  BrokerRecovery,
  CertRotation,
  CertificateIssuer,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NodeGroup,
  NodeIds,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from 'cdk8s-kafka';

const [mode] = process.argv.slice(2);
const isZookeeper = mode === 'zookeeper';
const namespace = isZookeeper ? 'kafka-recovery-zookeeper' : 'kafka-recovery';
const small = {
  cpu: Cpu.millis(100),
  memory: Size.mebibytes(1152),
  heap: Size.mebibytes(320),
  jvmOptions: ['-XX:TieredStopAtLevel=1'],
};
const storageOf = (disks: number) =>
  ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900), disks });
const nodes = (role: string) => NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': `recovery-${role}` });

const app = new App();
const chart = new Chart(app, 'recovery', { namespace });
const quorum = { storage: storageOf(1), nodeGroup: nodes('others'), ...small, cpu: Cpu.millis(500) };
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName: 'heals',
  ...(isZookeeper
    ? {
        version: KafkaVersion.V3_9,
        zookeeper: new ZookeeperEnsemble(chart, 'Zookeeper', { ensembleName: 'heals-zookeeper', ...quorum }),
      }
    : { version: KafkaVersion.V4_4, controllers: quorum }),
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  config: {
    'authorizer.class.name': isZookeeper
      ? 'kafka.security.authorizer.AclAuthorizer'
      : 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:shop',
  },
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topicPatterns: ['main\\..*'],
  brokerIds: NodeIds.between(11, 14),
  nodeGroup: nodes('brokers'),
  storage: storageOf(2),
});
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
new BrokerRecovery(chart, 'Recovery', {
  cluster,
  nodeGoneAfter: Duration.minutes(1),
  nodeGroup: nodes('others'),
});
const shortLived = { 'retention.ms': '3600000', 'segment.ms': '600000' };
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: [
    new TopicConfigMap(chart, 'TopicList', {
      cluster,
      topics: [
        { name: 'main.kept', partitions: 3, replicationFactor: 3 },
        { name: 'main.load', partitions: 6, replicationFactor: 3, config: shortLived },
        { name: 'main.transactions', partitions: 3, replicationFactor: 3, config: shortLived },
      ],
    }),
  ],
});
app.synth();
