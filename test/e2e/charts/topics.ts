/*
 * Two maps, and topic lists that differ by variant. cdk8s runs it as `tsx test/e2e/charts/topics.ts [kraft|zookeeper] [variant]`.
 */
import { App, Chart, Duration, Size } from 'cdk8s';
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
  TopicDefinition,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from 'cdk8s-kafka';
import { LISTS, Variant } from '../topics/lists';

const [mode = 'kraft', variant = 'base'] = process.argv.slice(2) as [string?, Variant?];
const small = {
  cpu: Cpu.millis(100),
  memory: Size.mebibytes(1152),
  heap: Size.mebibytes(512),
  jvmOptions: ['-XX:TieredStopAtLevel=1'],
};
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodeGroup = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'topics' });

const app = new App();
const chart = new Chart(app, 'topics', { namespace: 'kafka-topics' });
const metadata =
  mode === 'zookeeper'
    ? {
        version: KafkaVersion.V3_9,
        zookeeper: new ZookeeperEnsemble(chart, 'ZooKeeper', {
          ensembleName: 'topics-zk',
          storage,
          nodeGroup,
          cpu: Cpu.millis(100),
          memory: Size.mebibytes(512),
          heap: Size.mebibytes(256),
        }),
      }
    : { version: KafkaVersion.V4_4, controllers: { storage, nodeGroup, ...small } };
const cluster = new KafkaCluster(chart, 'Kafka', {
  ...metadata,
  clusterName: 'events',
  // Runs have no more rights than they need.
  config: {
    'authorizer.class.name':
      mode === 'zookeeper'
        ? 'kafka.security.authorizer.AclAuthorizer'
        : 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:shop',
  },
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
});
const map = (name: string, first: number) =>
  new KafkaMap(chart, name, {
    ...small,
    cluster,
    mapName: name,
    // A topic of one map can contain the name of the other.
    topicPatterns: [`${name}\\..*`],
    brokerIds: NodeIds.between(first, first + 2),
    nodeGroup,
    storage,
    topicDefaults: { partitions: 4, replicationFactor: 3 },
  });
map('main', 11);
map('extra', 21);
new CertRotation(chart, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() });
const { topics, isManual } = LISTS[variant];
const sync = new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: [new TopicConfigMap(chart, 'TopicList', { cluster, topics: topics() as TopicDefinition[] })],
  // The tests start runs.
  suspend: true,
  runOnChange: !isManual,
  brokerWaitTimeout: Duration.seconds(10),
  prune: { minAge: Duration.seconds(20), maxPerRun: 2 },
});
if (variant === 'team') {
  ['team', 'shop'].forEach((team) =>
    sync.addTopicsFrom({
      namespaceName: `kafka-topics-${team}`,
      configMapName: `${team}-topics`,
      topicPatterns: [`main\\.${team}\\..*`],
    }),
  );
}
app.synth();
