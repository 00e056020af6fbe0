/*
 * A small cluster with a certificate overlap of 100 seconds; the overlap of the examples is days. cdk8s runs it as
 * `tsx test/e2e/charts/certificates.ts kraft|zookeeper|cert-manager|secret`.
 */
import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
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

const mode = process.argv[2];
const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodeGroup = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': `certificates-${mode}` });

/** Brokers, agents and the topic synchronization have their rights as super users of the cluster. */
const AUTHORIZER = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:shop',
};

const app = new App();
const chart = new Chart(app, `certificates-${mode}`, { namespace: `kafka-certificates-${mode}` });
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName: 'certs',
  ...(mode === 'zookeeper'
    ? { version: KafkaVersion.V3_9, zookeeper: ensemble() }
    : { version: KafkaVersion.V4_4, controllers: { storage, nodeGroup, ...small } }),
  internalTopics: { partitions: 12 },
  ...(mode === 'kraft' ? { config: AUTHORIZER } : {}),
  clients: [{ clientName: 'shop' }],
  listeners: listenersOf(),
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topicPatterns: ['[a-z]+'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup,
  storage,
});
new CertRotation(chart, 'Certificates', {
  cluster,
  issuer: issuer(),
  unreachableTimeout: Duration.seconds(30),
  admissionPolicy: mode === 'kraft',
});
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: [
    new TopicConfigMap(chart, 'TopicList', {
      cluster,
      topics: [
        { name: 'plain', partitions: 6, replicationFactor: 3 },
        { name: 'transactional', partitions: 3, replicationFactor: 3 },
      ],
    }),
  ],
});
app.synth();

function ensemble(): ZookeeperEnsemble {
  return new ZookeeperEnsemble(chart, 'Zookeeper', {
    storage,
    nodeGroup,
    cpu: Cpu.millis(50),
    memory: Size.mebibytes(384),
    heap: Size.mebibytes(128),
  });
}

function issuer(): CertificateIssuer {
  switch (mode) {
    case 'cert-manager':
      return CertificateIssuer.certManager({ issuerRef: { name: 'e2e' } });
    case 'secret':
      return CertificateIssuer.secret({
        secretName: 'company-brokers',
        topicsSecretName: 'company-topics',
        caBundle: CaBundle.configMap('company-servers'),
      });
    default:
      return CertificateIssuer.builtIn({ overlap: Duration.seconds(100) });
  }
}

/** These issuers also sign certificates for others, so listeners need a CA for their clients. */
function listenersOf(): ClientListener[] | undefined {
  const mutualTls = (clientCa: CaBundle) =>
    ClientListener.tls({ authentication: ClientAuthentication.mutualTls({ clientCa }) });
  switch (mode) {
    case 'cert-manager':
      return [mutualTls(CaBundle.secret('certs-tls'))];
    case 'secret':
      return [
        mutualTls(CaBundle.configMap('company-clients')),
        ClientListener.tls({ name: 'USERS', port: 9192, authentication: ClientAuthentication.scramSha512() }),
        ClientListener.tls({ name: 'OPEN', port: 9292, authentication: ClientAuthentication.none() }),
      ];
    default:
      return undefined;
  }
}
