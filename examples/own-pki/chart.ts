import { Chart, Size } from 'cdk8s';
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
} from 'cdk8s-kafka';
import { Construct } from 'constructs';

/** CAs of the company, in a ConfigMap that trust-manager or another tool keeps up to date. */
const COMPANY_CAS = CaBundle.configMap('company-cas');

/** A cluster with certificates from Secrets that the PKI of the company keeps up to date. */
export class SecretsChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka-pki' });
    const issuer = CertificateIssuer.secret({
      secretName: 'kafka-brokers',
      topicsSecretName: 'kafka-topics',
      caBundle: COMPANY_CAS,
    });
    addCluster(this, issuer);
  }
}

/** The same cluster with certificates from cert-manager. */
export class CertManagerChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka-cert-manager' });
    const issuer = CertificateIssuer.certManager({
      issuerRef: { name: 'company-ca', kind: 'ClusterIssuer' },
      caBundle: COMPANY_CAS,
    });
    addCluster(this, issuer);
  }
}

function addCluster(chart: Chart, issuer: CertificateIssuer): void {
  const kafka = new KafkaCluster(chart, 'Kafka', {
    clusterName: 'payments',
    version: KafkaVersion.V4_4,
    listeners: [
      // The issuer signs for others too, so the listener names the CAs of its clients.
      ClientListener.tls({ authentication: ClientAuthentication.mutualTls({ clientCa: COMPANY_CAS }) }),
    ],
    clients: [{ clientName: 'shop' }],
  });

  new KafkaMap(chart, 'Main', {
    cluster: kafka,
    mapName: 'main',
    topicPatterns: ['[^_].*'],
    brokerIds: NodeIds.between(1001, 1003),
    nodeGroup: NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'main' }),
    storage: ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(100) }),
  });

  new CertRotation(chart, 'Certificates', { cluster: kafka, issuer });

  const topics = new TopicConfigMap(chart, 'TopicList', {
    cluster: kafka,
    topics: [{ name: 'payments', partitions: 12, replicationFactor: 3 }],
  });
  new TopicSyncCronJob(chart, 'Topics', { cluster: kafka, topics: [topics] });
}
