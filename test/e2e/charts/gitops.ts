/*
 * Two maps on any nodes, with revisions that are applied later. cdk8s runs it as
 * `tsx test/e2e/charts/gitops.ts [all|main|three] [revision]`.
 */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
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

const [maps = 'all', revision = '0'] = process.argv.slice(2);
const small = {
  cpu: Cpu.millis(100),
  memory: Size.mebibytes(1152),
  heap: Size.mebibytes(320),
  jvmOptions: ['-XX:TieredStopAtLevel=1'],
};
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodeGroup = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'gitops' });

const app = new App();
const chart = new Chart(app, 'gitops', { namespace: 'kafka-gitops' });
const cluster = new KafkaCluster(chart, 'Kafka', {
  // The Argo CD Application of the tests has the same name.
  clusterName: 'events',
  version: KafkaVersion.V4_4,
  controllers: { storage, nodeGroup, ...small, cpu: Cpu.millis(500) },
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topicPatterns: ['main\\..*'],
  brokerIds: NodeIds.between(11, maps === 'three' ? 13 : 14),
  nodeGroup,
  storage,
  // Brokers read it at their start.
  config: { 'queued.max.requests': String(500 + Number(revision)) },
});
if (maps !== 'main') {
  new KafkaMap(chart, 'Extra', {
    ...small,
    cluster,
    mapName: 'extra',
    topicPatterns: ['extra\\..*'],
    brokerIds: NodeIds.between(21, 22),
    nodeGroup,
    storage,
  });
}
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
const shortLived = { 'retention.ms': '3600000', 'segment.ms': '600000' };
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  // Its Job is a hook of Argo CD. The program of the tests compares objects only once for each sync, so it waits for hooks forever.
  runOnChange: false,
  topics: [
    new TopicConfigMap(chart, 'TopicList', {
      cluster,
      topics: [
        { name: 'main.load', partitions: 8, replicationFactor: 3, config: shortLived },
        { name: 'main.transactions', partitions: 4, replicationFactor: 3, config: shortLived },
      ],
    }),
  ],
});
app.synth();
