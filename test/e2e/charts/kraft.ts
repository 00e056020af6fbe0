/*
 * A small KRaft cluster of any version, with two disks a broker: what the examples do not show. Run by cdk8s as
 * `tsx test/e2e/charts/kraft.ts <version> [<setting>=<value> ...]`.
 */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
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
} from 'cdk8s-kafka';

const [release, ...settings] = process.argv.slice(2);
const version = KafkaVersion.of(release);
/** Settings on which brokers and controllers must agree, and those of the map. */
const [shared, own] = [true, false].map((isShared) =>
  Object.fromEntries(
    settings
      .map((text): [string, string] => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)])
      .filter(
        ([name]) => ['min.insync.replicas', 'unclean.leader.election.enable'].includes(name) === isShared,
      ),
  ),
);
const identity = { clusterName: 'small', version };
const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };
const disk = { storageClassName: 'local-nvme', size: Size.mebibytes(900) };

const app = new App();
const chart = new Chart(app, 'kraft', { namespace: 'kafka-versions' });
const cluster = new KafkaCluster(chart, 'Kafka', {
  ...identity,
  config: shared,
  // Not the default: coordinators must know it before the topics exist.
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  metadata: new ControllerQuorum(chart, 'Controllers', {
    ...identity,
    ...small,
    config: shared,
    storage: ServerStorage.localVolume(disk),
    nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'controllers' }),
  }),
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  config: own,
  topics: ['[a-z]+'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
  storage: ServerStorage.localVolume({ ...disk, disks: 2 }),
});
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: new TopicConfigMap(chart, 'TopicList', {
    topics: [
      { name: 'plain', partitions: 12, replicationFactor: 3 },
      { name: 'transactional', partitions: 6, replicationFactor: 3 },
    ],
  }),
});
app.synth();
