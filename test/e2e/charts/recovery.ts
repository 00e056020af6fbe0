/*
 * A small cluster whose brokers are freed when their node is gone. cdk8s runs it as `tsx test/e2e/charts/recovery.ts`.
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
} from 'cdk8s-kafka';

const small = {
  cpu: Cpu.millis(100),
  memory: Size.mebibytes(1152),
  heap: Size.mebibytes(320),
  jvmOptions: ['-XX:TieredStopAtLevel=1'],
};
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodes = (role: string) => NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': `recovery-${role}` });

const app = new App();
const chart = new Chart(app, 'recovery', { namespace: 'kafka-recovery' });
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName: 'heals',
  version: KafkaVersion.V4_4,
  controllers: { storage, nodeGroup: nodes('others'), ...small, cpu: Cpu.millis(500) },
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  config: {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:shop',
  },
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topicPatterns: ['main\\..*'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup: nodes('brokers'),
  storage,
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
