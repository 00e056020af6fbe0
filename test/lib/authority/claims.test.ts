/* Workloads write the Secrets with certificates, and no two of them may write the same Secret. */
import {
  AgentProgram,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  KafkaCluster,
  KafkaVersion,
  ZookeeperEnsemble,
} from '../../../lib';
import { messageOf, newChart } from '../../support/testing';

const builtIn = CertificateIssuer.builtIn();

function cluster(chart = newChart(), clusterName: string, clientName?: string): KafkaCluster {
  const clients = clientName === undefined ? [] : [{ clientName }];
  return new KafkaCluster(chart, clusterName, { clusterName, version: KafkaVersion.V4_4, clients });
}

const rotation = (of: KafkaCluster, issuer = builtIn, props: Partial<CertRotationProps> = {}) =>
  new CertRotation(of, 'Certificates', { cluster: of, issuer, ...props });

test.each<[string, [cluster: string, client?: string], [cluster: string, client?: string], string]>([
  ['brokers and topic synchronization', ['ev'], ['ev-topics'], 'ev-topics-tls'],
  ['a client and brokers', ['ev', 'shop-tls'], ['ev-client-shop'], 'ev-client-shop-tls'],
  ['clients', ['a', 'b-client-c'], ['a-client-b', 'c'], 'a-client-b-client-c'],
])('%s of two clusters cannot share a Secret', (_, first, second, secret) => {
  const chart = newChart();
  rotation(cluster(chart, ...first));
  expect(messageOf(() => rotation(cluster(chart, ...second)))).toBe(
    `Secret '${secret}' of namespace 'kafka' is defined by 'test/${second[0]}/Certificates' ` +
      `and by 'test/${first[0]}/Certificates'; give one of them another name`,
  );
});

test('a client that is declared later cannot share one', () => {
  const chart = newChart();
  const later = cluster(chart, 'ev');
  rotation(later);
  rotation(cluster(chart, 'ev-client-shop'));
  expect(messageOf(() => later.addClient({ clientName: 'shop-tls' }))).toBe(
    "Secret 'ev-client-shop-tls' of namespace 'kafka' is defined by 'test/ev/Certificates' " +
      "and by 'test/ev-client-shop/Certificates'; give one of them another name",
  );
});

test('brokers and a ZooKeeper ensemble of the same name cannot share one', () => {
  const chart = newChart();
  const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', {
    ensembleName: 'events',
    // Otherwise the ConfigMap of the program would be found first.
    agent: AgentProgram.image('registry.example.com/agent:1'),
  });
  const kafka = new KafkaCluster(chart, 'Kafka', {
    clusterName: 'events',
    version: KafkaVersion.V3_9,
    zookeeper,
  });
  expect(messageOf(() => rotation(kafka))).toBe(
    "Secret 'events-tls' of namespace 'kafka' is defined by 'test/Kafka/Certificates' " +
      "and by 'test/Zookeeper'; give one of them another name",
  );
});

test('a Secret of the user cannot have the name of that of the controllers', () => {
  const issuer = CertificateIssuer.secret({ secretName: 'ev-controllers-tls' });
  expect(messageOf(() => rotation(cluster(newChart(), 'ev'), issuer))).toBe(
    "Secret 'ev-controllers-tls' of namespace 'kafka' is written for 'test/ev/Controllers'; " +
      'use a Secret that others keep up to date',
  );
});

test('two clusters can share a Secret that neither of them writes', () => {
  const chart = newChart();
  const issuer = CertificateIssuer.secret({ secretName: 'company' });
  expect(() => ['a', 'b'].forEach((name) => rotation(cluster(chart, name), issuer))).not.toThrow();
});
