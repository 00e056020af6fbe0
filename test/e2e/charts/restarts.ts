/*
 * Two small maps on separate nodes, and revisions that are applied later. cdk8s runs it as
 * `tsx test/e2e/charts/restarts.ts kraft|zookeeper [setting|bad-image|bad-setting]`.
 */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  AtRiskTopics,
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

const [mode, revision] = process.argv.slice(2);
const version = mode === 'zookeeper' ? KafkaVersion.V3_9 : KafkaVersion.V4_4;
// Nine new JVMs that optimize for long runs would use most CPUs of a small machine.
const small = {
  cpu: Cpu.millis(100),
  memory: Size.mebibytes(1152),
  heap: Size.mebibytes(320),
  jvmOptions: ['-XX:TieredStopAtLevel=1'],
};
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodes = (map: string) => NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': `restarts-${mode}-${map}` });

const app = new App();
const chart = new Chart(app, `restarts-${mode}`, { namespace: `kafka-restarts-${mode}` });
// On the nodes of a map, so that a drained or lost node runs more than a broker.
const metadata =
  mode === 'zookeeper'
    ? { zookeeper: ensemble() }
    : {
        controllerVersion: version,
        controllers: {
          storage,
          nodeGroup: nodes('left'),
          ...small,
          // Brokers that start on the same node must not delay elections.
          cpu: Cpu.millis(500),
        },
      };
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName: 'rolls',
  version: revision === 'bad-image' ? KafkaVersion.of(version.version, 'apache/kafka:no-such-tag') : version,
  ...metadata,
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
});
// Brokers read it at their start. In the config of the cluster it would restart the controllers too.
const restarting: Record<string, string> = revision === 'setting' ? { 'queued.max.requests': '501' } : {};
new KafkaMap(chart, 'Left', {
  ...small,
  cluster,
  mapName: 'left',
  topicPatterns: ['left\\..*'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup: nodes('left'),
  storage,
  // The name of a class is valid, but only Kafka knows that there is no such class.
  config:
    revision === 'bad-setting' ? { 'replica.selector.class': 'com.example.NoSuchSelector' } : restarting,
});
new KafkaMap(chart, 'Right', {
  ...small,
  cluster,
  mapName: 'right',
  topicPatterns: ['right\\..*'],
  brokerIds: NodeIds.between(21, 23),
  nodeGroup: nodes('right'),
  storage,
  atRiskTopics: AtRiskTopics.BLOCK,
  // After a crash, Kafka then recovers all records since the start, not only those of the last minute.
  config: { 'log.flush.offset.checkpoint.interval.ms': '3600000', ...restarting },
});
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });

// Each load reads all records, so old ones are deleted. No load takes an hour.
const shortLived = { 'retention.ms': '3600000', 'segment.ms': '600000' };
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: [
    new TopicConfigMap(chart, 'TopicList', {
      cluster,
      topics: [
        { name: 'left.kept', partitions: 3, replicationFactor: 3 },
        { name: 'left.load', partitions: 6, replicationFactor: 3, config: shortLived },
        { name: 'left.transactions', partitions: 3, replicationFactor: 3, config: shortLived },
        { name: 'right.load', partitions: 6, replicationFactor: 3, config: shortLived },
      ],
    }),
  ],
});
app.synth();

function ensemble(): ZookeeperEnsemble {
  return new ZookeeperEnsemble(chart, 'Zookeeper', {
    storage,
    nodeGroup: nodes('left'),
    cpu: Cpu.millis(50),
    memory: Size.mebibytes(384),
    heap: Size.mebibytes(128),
  });
}
