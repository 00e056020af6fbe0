/* What a CertRotation, and what is certified, must not be. */
import { Chart, Duration } from 'cdk8s';
import {
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  ControllerQuorum,
  InterBrokerSecurity,
  KafkaVersion,
  NetworkPeer,
  ZookeeperEnsemble,
} from '../../lib';
import { newCertRotation, newCluster, newMap, newUncertifiedCluster } from '../support/cases';
import { collectWarnings, messageOf, newChart, synth, validationFailure } from '../support/testing';

test('fails when nobody issues the certificates of a cluster', () => {
  const chart = newChart();
  newMap(newUncertifiedCluster(chart));

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Kafka',
      "cluster 'events' has TLS listeners and nobody issues its certificates; add " +
        "new CertRotation(this, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() })",
    ]),
  );
});

test('fails when two issue the certificates of a cluster', () => {
  const chart = newChart();
  const cluster = newCluster(chart);
  const again = () => new CertRotation(chart, 'Again', { cluster, issuer: CertificateIssuer.builtIn() });

  expect(messageOf(again)).toBe(
    "cluster 'events' has two CertRotations; certificates come from one source, so keep one",
  );
});

test.each<[kind: string, issuer: CertificateIssuer]>([
  ['cert-manager', CertificateIssuer.certManager({ issuerRef: { name: 'kafka' } })],
  ['Secrets', CertificateIssuer.secret({ secretName: 'brokers' })],
])('fails when a listener promises mutual TLS and %s bring no client CA', (_, issuer) => {
  const chart = newChart();
  const cluster = newUncertifiedCluster(chart);
  newMap(cluster);
  newCertRotation(cluster, { issuer });

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Kafka',
      "listener CLIENT of cluster 'events' promises mutual TLS without a client CA; its certificates come from an issuer " +
        'that serves others too, so say whose clients may enter: ' +
        "ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('...') })",
    ]),
  );
});

test.each<[what: string, props: object, message: string]>([
  [
    'certificates of controllers live too short for their notice',
    { metadataCertificateLifetime: Duration.days(27) },
    'metadataCertificateLifetime is 2332800 s; a third of it is left for a renewal, which may take 900 s and is announced ' +
      '604800 s before, so choose 2419200 s or more',
  ],
  [
    'the authority of controllers does not outlast its certificates',
    { metadataCaLifetime: Duration.days(1000) },
    'metadataCaLifetime is 86400000 s; a third of it is left for its replacement, which takes two overlaps of 604800 s, ' +
      'and it must outlast certificates of 94608000 s, so choose 283824000 s or more',
  ],
  [
    'nobody is waited for',
    { absence: Duration.millis(500) },
    "absence of 'events-certificates' is 500 ms; give it a second or more",
  ],
])('fails when %s', (_, props, message) => {
  const cluster = newUncertifiedCluster(newChart());

  expect(messageOf(() => newCertRotation(cluster, props))).toBe(message);
});

test('fails when certificates could end before all servers have restarted for new ones', () => {
  const chart = newChart();
  const cluster = newUncertifiedCluster(chart);
  newMap(cluster);
  newCertRotation(cluster, {
    restartNotice: Duration.seconds(0),
    metadataCertificateLifetime: Duration.hours(1),
    metadataCaLifetime: Duration.hours(3),
  });

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure(
      [
        'test/Certificates of Kafka',
        'metadataCertificateLifetime is 3600 s; a third of it is left for what is announced 0 s before and restarts 6 servers ' +
          'once, which may take 3600 s, so choose 10800 s or more',
      ],
      [
        'test/Certificates of Kafka',
        'metadataCaLifetime is 10800 s; a third of it is left for what is announced 0 s before and restarts 6 servers 3 times, ' +
          'which may take 10800 s, so choose 32400 s or more',
      ],
    ),
  );
});

test('fails when cluster and controllers do not both speak TLS', () => {
  const chart = newChart();
  const metadata = new ControllerQuorum(chart, 'Controllers', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
    interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
  });

  expect(messageOf(() => newCluster(chart, { metadata }))).toBe(
    "interBrokerSecurity of cluster 'events' is 'mutual-tls' and that of its ControllerQuorum 'plaintext'; " +
      'they would not understand each other, so give both the same',
  );
});

test.each(['events-brokers', 'events-controllers', 'events-topics'])(
  'fails when a client is called %s, which may do everything',
  (clientName) => {
    expect(messageOf(() => newCluster(newChart(), { clients: [{ clientName }] }))).toBe(
      `clientName '${clientName}' is used twice in cluster 'events', or is one of its own servers' names; it is the ` +
        'principal of the client, so choose another',
    );
  },
);

test.each(['kafka', 'zookeeper'])(
  "fails when a client's own label would let the cluster's pods in: %s",
  (clientName) => {
    const cluster = newCluster(newChart());

    expect(messageOf(() => cluster.addClient({ clientName }))).toBe(
      `clientName '${clientName}' of cluster 'events' stands for the pods that are labeled app.kubernetes.io/name: ${clientName}, ` +
        "which are the cluster's own; choose another, or say from where it connects in 'from'",
    );
    expect(() =>
      cluster.addClient({ clientName, from: [NetworkPeer.pods({ app: clientName })] }),
    ).not.toThrow();
  },
);

test('fails when two clients share a name', () => {
  const cluster = newCluster(newChart(), { clients: [{ clientName: 'shop' }] });

  expect(messageOf(() => cluster.addClient({ clientName: 'shop' }))).toBe(
    "clientName 'shop' is used twice in cluster 'events', or is one of its own servers' names; it is the principal of the " +
      'client, so choose another',
  );
});

test.each([
  [
    599,
    [
      'cdk8s-kafka: warning: overlap of a CertificateIssuer is 599 s: when the authority is replaced, clients that have not read their certificates again by then are refused; choose 600 s or more, or see that all of them do',
    ],
  ],
  [600, []],
])('an overlap of %i s is warned about when it leaves clients little time', (seconds, expected) => {
  const warnings = collectWarnings();

  CertificateIssuer.builtIn({ overlap: Duration.seconds(seconds) });

  expect(warnings).toEqual(expected);
  jest.restoreAllMocks();
});

test('fails when brokers would get the keys of an authority in place of its certificate', () => {
  const chart = newChart();
  const clientCa = CaBundle.secret('events-ca');
  const listeners = [ClientListener.tls({ authentication: ClientAuthentication.mutualTls({ clientCa }) })];
  newMap(newCluster(chart, { listeners }));

  expect(messageOf(() => synth(chart))).toBe(
    validationFailure([
      'test/Kafka',
      "a CaBundle of cluster 'events' is Secret 'events-ca', which holds the keys of an authority, for its workload alone; " +
        "name 'events-tls', or leave it out",
    ]),
  );
});

test('fails when lives are set for servers of ZooKeeper that another cluster certifies', () => {
  const chart = newChart();
  const common = { version: KafkaVersion.V3_9, metadata: new ZookeeperEnsemble(chart, 'Zookeeper') };
  newMap(newCluster(chart, common));
  const other = newUncertifiedCluster(chart, { ...common, clusterName: 'other' });
  newMap(other, { mapName: 'archive' });
  newCertRotation(other, { restartNotice: Duration.days(1) });

  expect(messageOf(() => synth(chart))).toContain(
    "CertRotation of cluster 'other' has restartNotice, but the authority of cluster 'events' certifies ZooKeeper ensemble " +
      "'zookeeper'; set it there, and leave it out here",
  );
});

test.each<[string, (chart: Chart) => unknown, string]>([
  [
    'controllers',
    (chart) => new ControllerQuorum(chart, 'Q', { clusterName: 'events', version: KafkaVersion.V4_4 }),
    "the ControllerQuorum of cluster 'events' is metadata of no KafkaCluster, so nobody certifies it and its pods wait for ever",
  ],
  [
    'ZooKeeper',
    (chart) => new ZookeeperEnsemble(chart, 'Z'),
    "ZooKeeper ensemble 'zookeeper' keeps the metadata of no KafkaCluster, so nobody certifies it and its pods wait for ever",
  ],
])('warns of %s that no cluster uses', (_, define, warning) => {
  const warnings = collectWarnings();
  const chart = newChart();
  define(chart);
  synth(chart);
  expect(warnings).toEqual([`cdk8s-kafka: warning: ${warning}; give it to a cluster, or leave it out`]);
});

test('warns when nobody of a PKI of its own is a super user, and Kafka asks for rights', () => {
  const warnings = collectWarnings();
  const chart = newChart();
  const cluster = newUncertifiedCluster(chart, {
    config: { 'authorizer.class.name': 'Some' },
    listeners: [ClientListener.tls({ authentication: ClientAuthentication.scramSha512() })],
  });
  newMap(cluster);
  newCertRotation(cluster, { issuer: CertificateIssuer.secret({ secretName: 'brokers' }) });
  synth(chart);
  expect(warnings).toEqual([
    "cdk8s-kafka: warning: cluster 'events' has the authorizer 'Some' and certificates of a PKI of your own: add the common " +
      "names of its brokers and of its topic synchronisation to 'super.users' in config, or they may do nothing",
  ]);
});
