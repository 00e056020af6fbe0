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
import { toolbox } from './toolbox';

/** One broker and one controller on a single node, for kind or minikube. It has no copies of the data. */
export class LaptopChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    // The default StorageClass of kind and minikube provides these volumes.
    const storage = ServerStorage.networkVolume({ size: Size.gibibytes(1) });
    const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1024), heap: Size.mebibytes(256) };

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'laptop',
      version: KafkaVersion.V4_4,
      controllers: { count: 1, storage, ...small },
      // A single broker holds one replica of each partition.
      internalTopics: { replicationFactor: 1, partitions: 5 },
      config: { 'default.replication.factor': '1', 'min.insync.replicas': '1' },
      clients: [{ clientName: 'toolbox' }],
    });

    new KafkaMap(this, 'Main', {
      cluster: kafka,
      mapName: 'main',
      topicPatterns: ['[^_].*'],
      brokerIds: NodeIds.between(1001, 1001),
      // Nodes of kind and minikube have no zone label, so each node counts as a zone.
      nodeGroup: NodeGroup.any({ zoneLabel: 'kubernetes.io/hostname' }),
      storage,
      ...small,
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = new TopicConfigMap(this, 'TopicList', {
      cluster: kafka,
      topics: [{ name: 'orders', partitions: 3, replicationFactor: 1 }],
    });
    new TopicSyncCronJob(this, 'Topics', { cluster: kafka, topics: [topics] });

    toolbox(this, kafka, 'toolbox');
  }
}
