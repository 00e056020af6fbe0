import { Chart, Duration } from 'cdk8s';
import {
  CaBundle,
  CertRotation,
  CertRotationProps,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  KafkaVersion,
  ZookeeperEnsemble,
} from '../../lib';
import {
  newCertRotation,
  newCluster,
  newMap,
  newUncertifiedCluster,
  newZookeeperCluster,
} from '../support/cases';
import { messageOf, newChart, synth, validationFailure } from '../support/testing';

const failureOf = (props: Partial<CertRotationProps>) =>
  messageOf(() => newCertRotation(newUncertifiedCluster(newChart()), props));

test('fails when a cluster has two', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  const again = () => new CertRotation(chart, 'Again', { cluster, issuer: CertificateIssuer.builtIn() });

  expect(messageOf(again)).toBe(
    "cluster 'events' has two CertRotations; a cluster has one issuer of certificates, so keep one",
  );
});

test('fails when issuer is not a CertificateIssuer', () => {
  expect(failureOf({ issuer: 'built-in' as unknown as CertificateIssuer })).toBe(
    'issuer of a CertRotation is "built-in"; expected for example CertificateIssuer.builtIn()',
  );
});

describe('lifetimes', () => {
  test.each<[Partial<CertRotationProps>, message: string]>([
    [
      { metadataCertificateLifetime: Duration.days(27) },
      'metadataCertificateLifetime is 27 days; certificates are renewed at two thirds of it, and a renewal takes up to ' +
        '15 minutes and is announced 7 days before, so it must be at least 28 days',
    ],
    [
      { metadataCaLifetime: Duration.days(1000) },
      'metadataCaLifetime is 1000 days; with an overlap of 7 days and certificates of 1095 days it must be at least 3285 days',
    ],
    [
      { restartNotice: Duration.days(300) },
      'metadataCertificateLifetime is 1095 days; certificates are renewed at two thirds of it, and a renewal takes up to ' +
        '15 minutes and is announced 300 days before, so it must be at least 1200 days',
    ],
    [
      { unreachableTimeout: Duration.millis(500) },
      "unreachableTimeout of 'events-certificates' is 500 ms; it must be between 1 second and 7 days",
    ],
  ])('fails for %j', (props, message) => {
    expect(failureOf(props)).toBe(message);
  });

  test('fails at synth when they are too short for the rolling restarts of all servers', () => {
    const cluster = newUncertifiedCluster(newChart());
    newMap(cluster);
    newCertRotation(cluster, {
      restartNotice: Duration.seconds(0),
      metadataCertificateLifetime: Duration.hours(1),
      metadataCaLifetime: Duration.hours(3),
    });

    expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
      validationFailure(
        [
          'test/Certificates of Kafka',
          'metadataCertificateLifetime is 1 hour; with 0 seconds of notice and a rolling restart of 6 servers it must be at ' +
            'least 3 hours',
        ],
        [
          'test/Certificates of Kafka',
          'metadataCaLifetime is 3 hours; with 0 seconds of notice and 3 rolling restarts of 6 servers it must be at least ' +
            '9 hours',
        ],
      ),
    );
  });

  test('fails when another cluster issues the certificates of the ZooKeeper ensemble', () => {
    const chart = newChart();
    const common = { version: KafkaVersion.V3_9, zookeeper: new ZookeeperEnsemble(chart, 'Zookeeper') };
    newMap(newCluster(chart, common));
    const other = newUncertifiedCluster(chart, { ...common, clusterName: 'other' });
    newMap(other, { mapName: 'archive' });
    newCertRotation(other, { restartNotice: Duration.days(1) });

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Certificates of other',
        "CertRotation of cluster 'other' has restartNotice, but the authority of cluster 'events' issues the certificates of " +
          "ZooKeeper ensemble 'zookeeper'; set it there, and leave it out here",
      ]),
    );
  });
});

describe('CAs', () => {
  test.each<[kind: string, issuer: CertificateIssuer]>([
    ['cert-manager', CertificateIssuer.certManager({ issuerRef: { name: 'kafka' } })],
    ['Secrets', CertificateIssuer.secret({ secretName: 'brokers' })],
  ])('fails when a listener has mutual TLS without a client CA, with %s', (_, issuer) => {
    const cluster = newUncertifiedCluster(newChart());
    newMap(cluster);
    newCertRotation(cluster, { issuer });

    expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
      validationFailure([
        'test/Kafka',
        "listener CLIENT of cluster 'events' has mutual TLS without a client CA; its issuer also certifies others, so name " +
          "the CA of its clients: ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('...') })",
      ]),
    );
  });

  test.each(['events-ca', 'events-controllers-ca'])(
    'fails when a CaBundle is the Secret %s, which contains private keys',
    (secret) => {
      const authentication = ClientAuthentication.mutualTls({ clientCa: CaBundle.secret(secret) });
      const cluster = newCluster(newChart(), { listeners: [ClientListener.tls({ authentication })] });
      newMap(cluster);

      expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
        validationFailure([
          'test/Kafka',
          `a CaBundle of cluster 'events' is the Secret '${secret}', which contains the private keys of a CA; use ` +
            "'events-tls', or leave it out",
        ]),
      );
    },
  );

  test('fails when a CaBundle is the Secret with the private keys of a ZooKeeper ensemble', () => {
    const authentication = ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('zookeeper-ca') });
    const cluster = newZookeeperCluster(newChart(), { listeners: [ClientListener.tls({ authentication })] });
    newMap(cluster);

    expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
      validationFailure([
        'test/Kafka',
        "a CaBundle of cluster 'events' is the Secret 'zookeeper-ca', which contains the private keys of a CA; use " +
          "'events-tls', or leave it out",
      ]),
    );
  });
});
