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
} from 'cdk8s-kafka';
import { Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** A KRaft cluster with two maps of three brokers each, small enough for six small nodes. */
export class QuickstartChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
    const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
      controllers: { storage, ...small },
      clients: [{ clientName: 'shop' }],
    });

    new KafkaMap(this, 'Streams', {
      cluster: kafka,
      mapName: 'streams',
      topicPatterns: ['events\\..*'],
      brokerIds: NodeIds.between(1001, 1003),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'streams' }),
      storage,
      ...small,
    });

    new KafkaMap(this, 'Alerts', {
      cluster: kafka,
      mapName: 'alerts',
      topicPatterns: ['check_runs|notifications'],
      brokerIds: NodeIds.between(1101, 1103),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'alerts' }),
      storage,
      ...small,
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = new TopicConfigMap(this, 'TopicList', {
      cluster: kafka,
      topics: [
        { name: 'events.clicks', partitions: 12, replicationFactor: 3 },
        {
          name: 'events.views',
          partitions: 12,
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
