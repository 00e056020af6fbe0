import { join } from 'node:path';
import { Chart, Duration, Size } from 'cdk8s';
import {
  CertRotation,
  CertificateIssuer,
  CompressionType,
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

/** The teams. Each one has a folder with its topics, which it can own in CODEOWNERS. */
const TEAMS = ['checkout', 'web'];

/** One map of three brokers, whose topics are in YAML files of two teams. */
export class TopicsFromFilesChart extends Chart {
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
      topicPatterns: TEAMS.map((team) => `${team}\\..*`),
      // Files have only what differs from these values.
      topicDefaults: {
        partitions: 12,
        replicationFactor: 3,
        minInSyncReplicas: 2,
        retention: Duration.days(3),
        compressionType: CompressionType.ZSTD,
      },
      brokerIds: NodeIds.between(1001, 1003),
      nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
      storage: ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(100) }),
    });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = TEAMS.map(
      (team) =>
        new TopicConfigMap(this, `Topics of ${team}`, {
          cluster: kafka,
          configMapName: `${team}-topics`,
          topicFiles: [join(__dirname, 'topics', team)],
        }),
    );
    new TopicSyncCronJob(this, 'Topics', { cluster: kafka, topics });
  }
}
