import { Chart, Size } from 'cdk8s';
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
  ZookeeperEnsemble,
} from 'cdk8s-kafka';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** Kafka 3.9 on ZooKeeper: two maps with nine brokers on nine nodes, and three ZooKeeper servers beside them. */
export class ZookeeperChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka-classic' });

    const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
    const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'classic',
      version: KafkaVersion.V3_9,
      zookeeper: new ZookeeperEnsemble(this, 'Zookeeper', {
        storage,
        cpu: Cpu.millis(50),
        memory: Size.mebibytes(384),
        heap: Size.mebibytes(128),
      }),
      clients: [{ clientName: 'shop' }],
    });

    new KafkaMap(this, 'Map1', {
      cluster: kafka,
      mapName: 'map1',
      topicPatterns: ['events.*'],
      brokerIds: NodeIds.between(1001, 1006),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'map1' }),
      storage,
      ...small,
    });

    new KafkaMap(this, 'Map2', {
      cluster: kafka,
      mapName: 'map2',
      topicPatterns: ['check_runs|notifications'],
      brokerIds: NodeIds.between(1007, 1009),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'map2' }),
      storage,
      ...small,
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = new TopicConfigMap(this, 'TopicList', {
      cluster: kafka,
      topics: [
        { name: 'events', partitions: 12, replicationFactor: 3 },
        {
          name: 'events-replay',
          partitions: 6,
          replicationFactor: 3,
          config: { 'retention.ms': '86400000' },
        },
        { name: 'check_runs', partitions: 6, replicationFactor: 3 },
        {
          name: 'notifications',
          partitions: 6,
          replicationFactor: 3,
          config: { 'cleanup.policy': 'compact' },
        },
      ],
    });
    new TopicSyncCronJob(this, 'Topics', { cluster: kafka, topics: [topics] });
  }
}
