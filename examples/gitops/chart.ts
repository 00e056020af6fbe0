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
import { Construct } from 'constructs';

/** One map of three brokers, for a Git repository that Argo CD or Flux applies. */
export class GitopsChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
      clients: [{ clientName: 'shop' }],
    });

    new KafkaMap(this, 'Main', {
      cluster: kafka,
      mapName: 'main',
      topicPatterns: ['[^_].*'],
      brokerIds: NodeIds.between(1001, 1003),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
      storage: ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(100) }),
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = new TopicConfigMap(this, 'TopicList', {
      cluster: kafka,
      topics: [{ name: 'clicks', partitions: 12, replicationFactor: 3 }],
    });
    new TopicSyncCronJob(this, 'Topics', { cluster: kafka, topics: [topics] });
  }
}
