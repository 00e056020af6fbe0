/*
 * Two small maps on nodes of their own, and what somebody may apply to them next. Run by cdk8s as
 * `tsx test/e2e/charts/restarts.ts kraft|zookeeper [setting|bad-image|bad-setting]`.
 */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  AtRiskTopics,
  NodeIds,
  ServerStorage,
  CertRotation,
  CertificateIssuer,
  ControllerQuorum,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NodeGroup,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from 'cdk8s-kafka';

const [mode, revision] = process.argv.slice(2);
const clusterName = 'rolls';
const version = mode === 'zookeeper' ? KafkaVersion.V3_9 : KafkaVersion.V4_4;
// Nine young JVMs that compile for the long run would leave little of a small machine to what is watched here.
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
// On the nodes of a map: a node that is drained or lost has more than a broker to give up.
const metadata =
  mode !== 'zookeeper'
    ? new ControllerQuorum(chart, 'Controllers', {
        clusterName,
        version,
        storage,
        nodeGroup: nodes('left'),
        ...small,
        // Brokers that start beside them must not keep them from their elections.
        cpu: Cpu.millis(500),
      })
    : new ZookeeperEnsemble(chart, 'Zookeeper', {
        storage,
        nodeGroup: nodes('left'),
        cpu: Cpu.millis(50),
        memory: Size.mebibytes(384),
        heap: Size.mebibytes(128),
      });
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName,
  version: revision === 'bad-image' ? KafkaVersion.of(version.version, 'apache/kafka:no-such-tag') : version,
  metadata,
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  // Brokers read it when they start.
  config: revision === 'setting' ? { 'queued.max.requests': '501' } : undefined,
});
new KafkaMap(chart, 'Left', {
  ...small,
  cluster,
  mapName: 'left',
  topics: ['left\\..*'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup: nodes('left'),
  storage,
  // Each is a number that Kafka takes, but not this one with the default of `replica.lag.time.max.ms`.
  config: revision === 'bad-setting' ? { 'replica.fetch.wait.max.ms': '60000' } : undefined,
});
new KafkaMap(chart, 'Right', {
  ...small,
  cluster,
  mapName: 'right',
  topics: ['right\\..*'],
  brokerIds: NodeIds.between(21, 23),
  nodeGroup: nodes('right'),
  storage,
  atRiskTopics: AtRiskTopics.BLOCK,
  // Whatever was written since the start is recovered after a crash, not just that of the last minute.
  config: { 'log.flush.offset.checkpoint.interval.ms': '3600000' },
});
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });

// Each load reads all that is there, so it must not become more and more; none of them lasts an hour.
const passing = { 'retention.ms': '3600000', 'segment.ms': '600000' };
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: new TopicConfigMap(chart, 'TopicList', {
    topics: [
      { name: 'left.kept', partitions: 3, replicationFactor: 3 },
      { name: 'left.load', partitions: 6, replicationFactor: 3, config: passing },
      { name: 'left.transactions', partitions: 3, replicationFactor: 3, config: passing },
      { name: 'right.load', partitions: 6, replicationFactor: 3, config: passing },
    ],
  }),
});
app.synth();
