/*
 * A small KRaft cluster of any version, with two disks a broker: what the examples do not show. Run by cdk8s as
 * `tsx test/e2e/charts/kraft.ts <version>`.
 */
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  BrokerIds,
  BrokerStorage,
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

const version = KafkaVersion.of(process.argv[2]);
const identity = { clusterName: 'small', version };
const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };
const disk = { storageClassName: 'local-nvme', size: Size.mebibytes(900) };

const app = new App();
const chart = new Chart(app, 'kraft', { namespace: 'kafka-versions' });
const cluster = new KafkaCluster(chart, 'Kafka', {
  ...identity,
  // Not the default: coordinators must know it before the topics exist.
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  metadata: new ControllerQuorum(chart, 'Controllers', {
    ...identity,
    ...small,
    storage: BrokerStorage.localVolume(disk),
    nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'controllers' }),
  }),
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topics: ['[a-z]+'],
  brokerIds: BrokerIds.range(11, 13),
  nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
  storage: BrokerStorage.localVolume({ ...disk, disks: 2 }),
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
