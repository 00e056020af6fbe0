/*
 * A small KRaft cluster of any version, with two disks for each broker. cdk8s runs it as
 * `tsx test/e2e/charts/kraft.ts <version> [controllers=<count>] [<setting>=<value> ...]`.
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

const COUNT = 'controllers=';
const [release, ...options] = process.argv.slice(2);
const settings = options.filter((text) => !text.startsWith(COUNT));
const count = options.find((text) => text.startsWith(COUNT))?.slice(COUNT.length);
const version = KafkaVersion.of(release);
/** Settings that brokers and controllers must have in common, and settings of the map. */
const [shared, own] = [true, false].map((isShared) =>
  Object.fromEntries(
    settings
      .map((text): [string, string] => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)])
      .filter(
        ([name]) => ['min.insync.replicas', 'unclean.leader.election.enable'].includes(name) === isShared,
      ),
  ),
);
const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };
const disk = { storageClassName: 'local-nvme', size: Size.mebibytes(900) };

const app = new App();
const chart = new Chart(app, 'kraft', { namespace: 'kafka-versions' });
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName: 'small',
  version,
  config: shared,
  // Not the default: coordinators must know the number before the topics exist.
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  controllers: {
    ...small,
    count: Number(count ?? 3),
    storage: ServerStorage.localVolume(disk),
    nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'controllers' }),
  },
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  config: own,
  topicPatterns: ['[a-z]+'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
  storage: ServerStorage.localVolume({ ...disk, disks: 2 }),
});
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: [
    new TopicConfigMap(chart, 'TopicList', {
      cluster,
      topics: [
        { name: 'plain', partitions: 12, replicationFactor: 3 },
        { name: 'transactional', partitions: 6, replicationFactor: 3 },
      ],
    }),
  ],
});
app.synth();
