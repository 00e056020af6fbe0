/*
 * A small cluster whose certificates can be replaced within minutes: the examples give everybody days. Run by cdk8s as
 * `tsx test/e2e/charts/certificates.ts kraft|zookeeper|cert-manager|secret`.
 */
import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  NodeIds,
  ServerStorage,
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  ControllerQuorum,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NodeGroup,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from 'cdk8s-kafka';

const mode = process.argv[2];
const version = mode === 'zookeeper' ? KafkaVersion.V3_9 : KafkaVersion.V4_4;
const clusterName = 'certs';
const small = { cpu: Cpu.millis(100), memory: Size.mebibytes(1152), heap: Size.mebibytes(320) };
const storage = ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.mebibytes(900) });
const nodeGroup = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': `certificates-${mode}` });

const app = new App();
const chart = new Chart(app, `certificates-${mode}`, { namespace: `kafka-certificates-${mode}` });
const metadata =
  mode !== 'zookeeper'
    ? new ControllerQuorum(chart, 'Controllers', { clusterName, version, storage, nodeGroup, ...small })
    : new ZookeeperEnsemble(chart, 'Zookeeper', {
        storage,
        nodeGroup,
        cpu: Cpu.millis(50),
        memory: Size.mebibytes(384),
        heap: Size.mebibytes(128),
      });
const cluster = new KafkaCluster(chart, 'Kafka', {
  clusterName,
  version,
  metadata,
  internalTopics: { partitions: 12 },
  clients: [{ clientName: 'shop' }],
  listeners: listenersOf(),
});
new KafkaMap(chart, 'Main', {
  ...small,
  cluster,
  mapName: 'main',
  topics: ['[a-z]+'],
  brokerIds: NodeIds.between(11, 13),
  nodeGroup,
  storage,
});
new CertRotation(chart, 'Certificates', {
  cluster,
  issuer: issuer(),
  unreachableTimeout: Duration.seconds(30),
});
new TopicSyncCronJob(chart, 'Topics', {
  cluster,
  topics: new TopicConfigMap(chart, 'TopicList', {
    topics: [
      { name: 'plain', partitions: 6, replicationFactor: 3 },
      { name: 'transactional', partitions: 3, replicationFactor: 3 },
    ],
  }),
});
app.synth();

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

/** Issuers of others certify more than clients of this cluster, so it has to be said whose may enter. */
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
