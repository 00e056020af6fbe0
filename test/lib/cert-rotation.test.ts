import { Chart, Duration } from 'cdk8s';
import {
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  InterBrokerSecurity,
  KafkaClusterProps,
  KafkaVersion,
  NodeGroup,
  ZookeeperEnsemble,
} from '../../lib';
import {
  CASES,
  newCertRotation,
  newCluster,
  newMap,
  newTopicSync,
  newUncertifiedCluster,
} from '../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  newChart,
  objectsOf,
  ofKind,
  snapshotOf,
  synth,
} from '../support/testing';

/** The CAs in the configuration of the authority. */
function pkisOf(objects: readonly Manifest[], cluster = 'events'): Manifest[] {
  return JSON.parse(find(objects, 'ConfigMap', `${cluster}-authority`).data['agent.json']).pkis;
}

function certified(props: Partial<KafkaClusterProps> = {}): Manifest[] {
  const chart = newChart();
  newMap(newCluster(chart, props));
  return synth(chart);
}

afterEach(() => void jest.restoreAllMocks());

test.each([
  'CertRotation, defaults',
  'CertRotation, all props',
  'CertRotation on ZooKeeper',
  'CertRotation by cert-manager',
  'CertRotation from Secrets',
] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

describe('the built-in issuer', () => {
  test('issues certificates of brokers, topic synchronization and every client, also of later ones', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart, { clients: [{ clientName: 'shop' }] });
    newMap(cluster);

    // WHEN
    cluster.addClient({ clientName: 'billing' });

    // THEN
    const objects = synth(chart);
    const [pki] = pkisOf(objects);
    expect(pki.certificates.map(({ secret, commonName }: Manifest) => [secret, commonName])).toEqual([
      ['events-tls', 'events-brokers'],
      ['events-topics-tls', 'events-topics'],
      ['events-client-shop', 'shop'],
      ['events-client-billing', 'billing'],
    ]);
    expect(find(objects, 'Role', 'events-authority').rules[1].resourceNames).toEqual([
      'events-ca',
      'events-tls',
      'events-topics-tls',
      'events-client-shop',
      'events-client-billing',
      'events-controllers-ca',
      'events-controllers-tls',
      'events-controllers-client-tls',
    ]);
  });

  test('issues the certificate of brokers for all their host names', () => {
    // GIVEN
    const cluster = newUncertifiedCluster(newChart());
    const rotation = newCertRotation(cluster);
    newMap(cluster);

    // THEN
    const [{ certificates }] = pkisOf(synth(Chart.of(cluster)));
    expect(certificates[0].dnsNames).toEqual([
      'events-brokers.kafka.svc.cluster.local',
      'events-bootstrap.kafka.svc.cluster.local',
      '*.events-brokers.kafka.svc.cluster.local',
    ]);
    expect(rotation.dnsNames).toEqual(certificates[0].dnsNames);
  });

  test('issues nothing for brokers and controllers without TLS', () => {
    const cluster = newUncertifiedCluster(newChart(), {
      interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
      listeners: [ClientListener.plaintext()],
    });
    newMap(cluster);

    expect(newCertRotation(cluster).deployment).toBeUndefined();
    expect(ofKind(synth(Chart.of(cluster)), 'Deployment')).toEqual([]);
  });
});

describe('the CA of the metadata store', () => {
  test('controllers restart first for its certificates, then brokers', () => {
    const [, pki] = pkisOf(certified());

    expect(pki).toMatchObject({
      name: 'metadata',
      stateSecret: 'events-controllers-ca',
      commonName: 'events-controllers',
      restartedStatefulSets: ['events-controllers', 'events-streams'],
      restartNoticeSeconds: 7 * 86_400,
      caLifetimeSeconds: 3650 * 86_400,
      certificateLifetimeSeconds: 1095 * 86_400,
    });
    expect(pki.certificates).toEqual([
      expect.objectContaining({
        secret: 'events-controllers-tls',
        commonName: 'events-controllers',
        dnsNames: [
          'events-controllers.kafka.svc.cluster.local',
          '*.events-controllers.kafka.svc.cluster.local',
        ],
      }),
      expect.objectContaining({
        secret: 'events-controllers-client-tls',
        commonName: 'events-brokers',
        dnsNames: ['events-brokers'],
      }),
    ]);
    expect(pki.endpoints).toEqual([
      {
        servers: [
          {
            hostPattern: 'events-controllers-*.events-controllers.kafka.svc.cluster.local',
            ids: { first: 1, last: 3 },
          },
        ],
        secret: 'events-controllers-tls',
        ports: [{ port: 9093, requestsClientCertificate: true }],
      },
    ]);
  });

  test('its endpoints have the ids of the controllers', () => {
    const [, { endpoints }] = pkisOf(certified({ controllers: { count: 5, firstNodeId: 11 } }));

    expect(endpoints[0].servers[0].ids).toEqual({ first: 11, last: 15 });
  });

  test('ZooKeeper servers reload their certificates: only brokers of all clusters restart', () => {
    // GIVEN
    const chart = newChart();
    const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper');
    const version = KafkaVersion.V3_9;
    newMap(newCluster(chart, { zookeeper, version }));

    // WHEN
    newMap(newCluster(chart, { zookeeper, version, clusterName: 'other' }), { mapName: 'archive' });

    // THEN: the authority of the first cluster issues the certificates
    const objects = synth(chart);
    const names = (cluster: string) => pkisOf(objects, cluster).map(({ name }) => name);
    expect(names('events')).toEqual(['cluster', 'metadata']);
    expect(names('other')).toEqual(['cluster']);
    expect(pkisOf(objects)[1]).toMatchObject({
      stateSecret: 'zookeeper-ca',
      restartedStatefulSets: ['events-streams', 'other-archive'],
      endpoints: [
        {
          servers: [
            {
              hostPattern: 'zookeeper-*.zookeeper-servers.kafka.svc.cluster.local',
              ids: { first: 1, last: 3 },
            },
          ],
          ports: [
            { port: 2182, requestsClientCertificate: true },
            { port: 3888, requestsClientCertificate: true },
          ],
        },
      ],
    });
  });

  test.each(['CertRotation by cert-manager', 'CertRotation from Secrets'] as const)(
    'the authority issues it with every issuer: %s',
    (name) => {
      expect(pkisOf(objectsOf(CASES[name](newChart()))).map(({ name: pki }) => pki)).toEqual(['metadata']);
    },
  );
});

describe('cert-manager', () => {
  test('its certificates have a key format that Kafka reads', () => {
    const certificates = ofKind(objectsOf(CASES['CertRotation by cert-manager'](newChart())), 'Certificate');

    expect(certificates.find(({ metadata }) => metadata.name === 'events-tls')!.spec).toMatchObject({
      secretName: 'events-tls',
      commonName: 'events-brokers',
      duration: '5184000s',
      renewBefore: '1728000s',
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      additionalOutputFormats: [{ type: 'CombinedPEM' }],
      issuerRef: { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    });
  });

  test('every client has a Certificate, also a later one', () => {
    // GIVEN
    const authentication = ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('clients') });
    const cluster = newUncertifiedCluster(newChart(), {
      clients: [{ clientName: 'shop' }],
      listeners: [ClientListener.tls({ authentication })],
    });
    const issuer = CertificateIssuer.certManager({ issuerRef: { name: 'kafka' } });
    const rotation = newCertRotation(cluster, { issuer });

    // WHEN
    cluster.addClient({ clientName: 'billing' });

    // THEN
    expect(rotation.certificates.map(({ name }) => name)).toEqual([
      'events-tls',
      'events-topics-tls',
      'events-client-shop',
      'events-client-billing',
    ]);
  });
});

describe('mounts', () => {
  test('Secrets of the user are mounted with the bundle of their CAs', () => {
    // GIVEN
    const cluster = newUncertifiedCluster(newChart(), { listeners: [ClientListener.plaintext()] });
    newMap(cluster);
    newTopicSync(cluster);
    const caBundle = CaBundle.configMap('roots', 'roots.pem');
    const issuer = CertificateIssuer.secret({ secretName: 'brokers', topicsSecretName: 'topics', caBundle });
    newCertRotation(cluster, { issuer });

    // THEN
    const sourcesOf = (template: Manifest) =>
      template.spec.volumes.find(({ name }: Manifest) => name === 'certificates-cluster').projected.sources;
    const items = [
      { key: 'tls.crt', path: 'tls.crt' },
      { key: 'tls.key', path: 'tls.key' },
    ];
    const bundle = { configMap: { name: 'roots', items: [{ key: 'roots.pem', path: 'ca.crt' }] } };
    const objects = synth(Chart.of(cluster));
    expect(sourcesOf(find(objects, 'StatefulSet', 'events-streams').spec.template)).toEqual([
      { secret: { name: 'brokers', items } },
      bundle,
    ]);
    expect(sourcesOf(find(objects, 'CronJob', 'events-topics').spec.jobTemplate.spec.template)).toEqual([
      { secret: { name: 'topics', items } },
      bundle,
    ]);
  });

  test('agents mount certificates, Kafka mounts their stores only', () => {
    const { spec } = find(certified(), 'StatefulSet', 'events-streams').spec.template;
    const mountsOf = (container: string) =>
      [...spec.initContainers, ...spec.containers]
        .find(({ name }: Manifest) => name === container)
        .volumeMounts.map(({ mountPath, readOnly }: Manifest) => [mountPath, readOnly ?? false])
        .filter(([path]: [string]) => /certificates|stores/.test(path));
    const sources = [
      ['/etc/cdk8s-kafka-certificates/cluster', true],
      ['/etc/cdk8s-kafka-certificates/metadata', true],
    ];

    expect(mountsOf('init')).toEqual([...sources, ['/run/cdk8s-kafka-stores', false]]);
    expect(mountsOf('agent')).toEqual([...sources, ['/run/cdk8s-kafka-stores', false]]);
    expect(mountsOf('kafka')).toEqual([['/run/cdk8s-kafka-stores', true]]);
  });

  test('stores with private keys are in memory', () => {
    const { volumes } = find(certified(), 'StatefulSet', 'events-streams').spec.template.spec;

    expect(volumes).toContainEqual({ name: 'stores', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } });
  });
});

test('properties of the authority reach its pod and its configuration', () => {
  const cluster = newUncertifiedCluster(newChart());
  const { deployment, configMap, serviceAccount } = newCertRotation(cluster, {
    unreachableTimeout: Duration.minutes(2),
    restartNotice: Duration.days(14),
    nodeGroup: NodeGroup.labeled({ group: 'infra' }),
    serviceAccountAnnotations: { 'example.com/role': 'authority' },
  });
  newMap(cluster);

  const [pki, metadata] = JSON.parse((configMap!.toJson() as Manifest).data['agent.json']).pkis;
  expect([pki, metadata].map(({ unreachableTimeoutSeconds }) => unreachableTimeoutSeconds)).toEqual([
    120, 120,
  ]);
  expect(metadata.restartNoticeSeconds).toBe(14 * 86_400);
  expect(JSON.stringify((deployment!.toJson() as Manifest).spec.template.spec.affinity)).toContain('"infra"');
  expect(serviceAccount!.toJson().metadata.annotations).toEqual({ 'example.com/role': 'authority' });
});

test('warns of an authorizer without super users when certificates are from Secrets', () => {
  const warnings = collectWarnings();
  const cluster = newUncertifiedCluster(newChart(), {
    config: { 'authorizer.class.name': 'Some' },
    listeners: [ClientListener.tls({ authentication: ClientAuthentication.scramSha512() })],
  });
  newMap(cluster);
  const issuer = CertificateIssuer.secret({ secretName: 'brokers' });
  new CertRotation(cluster, 'Certificates', { cluster, issuer });
  synth(Chart.of(cluster));

  expect(warnings).toEqual([
    "cdk8s-kafka: warning: cluster 'events' has the authorizer 'Some' and certificates from Secrets: add the " +
      "common names of the certificates of its brokers and of its topic synchronization to 'super.users' in config, as 'User:CN=<common name>', or the " +
      'authorizer denies them',
  ]);
});
