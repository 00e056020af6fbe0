import { Duration } from 'cdk8s';
import {
  CaBundle,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  ControllerQuorum,
  InterBrokerSecurity,
  KafkaClusterProps,
  KafkaVersion,
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
  find,
  messageOf,
  newChart,
  objectsOf,
  ofKind,
  snapshotOf,
  synth,
} from '../support/testing';

const CASE_NAMES = [
  'CertRotation, defaults',
  'CertRotation, all props',
  'CertRotation on ZooKeeper',
  'CertRotation by cert-manager',
  'CertRotation from Secrets',
] as const;

test.each(CASE_NAMES)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

/** What the authority of a cluster is told. */
function pkisOf(objects: readonly Manifest[], cluster = 'events'): Manifest[] {
  return JSON.parse(find(objects, 'ConfigMap', `${cluster}-authority`).data['agent.json']).pkis;
}

function certified(props: Partial<KafkaClusterProps> = {}): Manifest[] {
  const chart = newChart();
  newMap(newCluster(chart, props));
  return synth(chart);
}

describe('the built-in issuer', () => {
  test('certifies brokers, topic synchronisation and every client, those declared later too', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart, { clients: [{ clientName: 'shop' }] });
    newMap(cluster);

    // WHEN
    const secret = cluster.addClient({ clientName: 'billing' });

    // THEN
    expect(secret).toBe('events-client-billing');
    const [pki] = pkisOf(synth(chart));
    expect(pki.leaves.map(({ secret: name, commonName }: Manifest) => [name, commonName])).toEqual([
      ['events-tls', 'events-brokers'],
      ['events-topics-tls', 'events-topics'],
      ['events-client-shop', 'shop'],
      ['events-client-billing', 'billing'],
    ]);
    const [role] = synth(chart).filter(
      ({ kind, metadata }) => kind === 'Role' && metadata.name === 'events-authority',
    );
    expect(role.rules[1].resourceNames).toEqual([
      'events-ca',
      'events-tls',
      'events-topics-tls',
      'events-client-shop',
      'events-client-billing',
      'events-controllers-ca',
      'events-controllers-tls',
    ]);
  });

  test('certifies brokers for all names that they are reached by', () => {
    const [{ leaves }] = pkisOf(certified());

    expect(leaves[0].dnsNames).toEqual([
      'events-brokers.kafka.svc.cluster.local',
      'events-bootstrap.kafka.svc.cluster.local',
      '*.events-brokers.kafka.svc.cluster.local',
    ]);
  });

  test('gives controllers an authority of their own, whose changes restart controllers first', () => {
    const [, pki] = pkisOf(certified());

    expect(pki).toMatchObject({
      name: 'metadata',
      stateSecret: 'events-controllers-ca',
      restarts: ['events-controllers', 'events-streams'],
      noticeSeconds: 7 * 86_400,
    });
  });

  test('certifies only controllers where clients and brokers speak plaintext', () => {
    const chart = newChart();
    const controllers = new ControllerQuorum(chart, 'Controllers', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
      interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
    });
    const cluster = newUncertifiedCluster(chart, {
      metadata: controllers,
      interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
      listeners: [ClientListener.plaintext()],
    });
    newMap(cluster);

    expect(newCertRotation(cluster).deployment).toBeUndefined();
    expect(synth(chart).filter(({ kind }) => kind === 'Deployment')).toEqual([]);
  });

  test('leaves ZooKeeper, which several clusters share, to the authority of the first', () => {
    // GIVEN
    const chart = newChart();
    const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');
    const version = KafkaVersion.V3_9;
    newMap(newCluster(chart, { metadata, version }));

    // WHEN
    newMap(newCluster(chart, { metadata, version, clusterName: 'other' }), { mapName: 'archive' });

    // THEN
    const names = (cluster: string) => pkisOf(synth(chart), cluster).map(({ name }) => name);
    expect(names('events')).toEqual(['cluster', 'metadata']);
    expect(names('other')).toEqual(['cluster']);
    expect(pkisOf(synth(chart))[1].restarts).toEqual(['events-streams', 'other-archive']);
  });

  test.each<[what: string, define: () => CertificateIssuer, message: string]>([
    [
      'certificates live too short',
      () => CertificateIssuer.builtIn({ certificateLifetime: Duration.minutes(59) }),
      'certificateLifetime is 3540 s; a third of it is left for a renewal, which may take 900 s, so choose 3600 s or more',
    ],
    [
      'the authority does not outlast its certificates',
      () => CertificateIssuer.builtIn({ caLifetime: Duration.days(89) }),
      'caLifetime is 7689600 s; a third of it is left for its replacement, which takes two overlaps of 604800 s, and it ' +
        'must outlast certificates of 2592000 s, so choose 7776000 s or more',
    ],
    [
      'the authority lives too short for its overlap',
      () =>
        CertificateIssuer.builtIn({
          caLifetime: Duration.days(5),
          certificateLifetime: Duration.days(1),
          overlap: Duration.days(1),
        }),
      'caLifetime is 432000 s; a third of it is left for its replacement, which takes two overlaps of 86400 s, and it ' +
        'must outlast certificates of 86400 s, so choose 521100 s or more',
    ],
  ])('fails when %s', (_, define, message) => {
    expect(messageOf(define)).toBe(message);
  });
});

describe('cert-manager', () => {
  function certificates(): Manifest[] {
    return ofKind(objectsOf(CASES['CertRotation by cert-manager'](newChart())), 'Certificate');
  }

  test('makes certificates as Kafka reads them', () => {
    expect(certificates().find(({ metadata }) => metadata.name === 'events-tls')!.spec).toMatchObject({
      secretName: 'events-tls',
      commonName: 'events-brokers',
      duration: '5184000s',
      renewBefore: '1728000s',
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      additionalOutputFormats: [{ type: 'CombinedPEM' }],
      issuerRef: { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    });
  });

  test('makes one for each client, those declared later too', () => {
    const chart = newChart();
    const cluster = newUncertifiedCluster(chart, {
      clients: [{ clientName: 'shop' }],
      listeners: [
        ClientListener.tls({
          authentication: ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('clients') }),
        }),
      ],
    });
    const rotation = newCertRotation(cluster, {
      issuer: CertificateIssuer.certManager({ issuerRef: { name: 'kafka' } }),
    });

    cluster.addClient({ clientName: 'billing' });

    expect(rotation.certificates.map(({ name }) => name)).toEqual([
      'events-tls',
      'events-topics-tls',
      'events-client-shop',
      'events-client-billing',
    ]);
  });

  test('leaves controllers to an authority of their own', () => {
    const objects = objectsOf(CASES['CertRotation by cert-manager'](newChart()));

    expect(pkisOf(objects).map(({ name }) => name)).toEqual(['metadata']);
  });

  test.each<[issuerRef: unknown, shown: string]>([
    [undefined, 'undefined'],
    [{}, '{}'],
    [{ name: '' }, '{"name":""}'],
    [{ kind: 'ClusterIssuer' }, '{"kind":"ClusterIssuer"}'],
  ])('fails when the issuer has no reference: %j', (issuerRef, shown) => {
    expect(messageOf(() => CertificateIssuer.certManager({ issuerRef } as never))).toBe(
      `issuerRef of cert-manager is ${shown}; name an Issuer: { name: 'kafka-ca' }, or a ClusterIssuer: ` +
        "{ name: 'company-ca', kind: 'ClusterIssuer' }",
    );
  });

  test('fails when certificates live too short', () => {
    const define = () =>
      CertificateIssuer.certManager({
        issuerRef: { name: 'kafka' },
        certificateLifetime: Duration.minutes(30),
      });

    expect(messageOf(define)).toBe(
      'certificateLifetime is 1800 s; a third of it is left for a renewal, which may take 900 s, so choose 3600 s or more',
    );
  });
});

describe('Secrets', () => {
  test('are mounted with the bundle of their authorities', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newUncertifiedCluster(chart, { listeners: [ClientListener.plaintext()] });
    newMap(cluster);
    newTopicSync(cluster);
    newCertRotation(cluster, {
      issuer: CertificateIssuer.secret({
        secretName: 'brokers',
        topicsSecretName: 'topics',
        caBundle: CaBundle.configMap('roots', 'roots.pem'),
      }),
    });

    // THEN
    const sources = (template: Manifest) =>
      template.spec.volumes.find(({ name }: Manifest) => name === 'certificates-cluster').projected.sources;
    const items = [
      { key: 'tls.crt', path: 'tls.crt' },
      { key: 'tls.key', path: 'tls.key' },
    ];
    const bundle = { configMap: { name: 'roots', items: [{ key: 'roots.pem', path: 'ca.crt' }] } };
    const objects = synth(chart);
    expect(sources(find(objects, 'StatefulSet', 'events-streams').spec.template)).toEqual([
      { secret: { name: 'brokers', items } },
      bundle,
    ]);
    expect(sources(find(objects, 'CronJob', 'events-topics').spec.jobTemplate.spec.template)).toEqual([
      { secret: { name: 'topics', items } },
      bundle,
    ]);
  });

  test.each([['Kafka'], [''], [undefined]])('fail when one is called %j', (secretName) => {
    expect(messageOf(() => CertificateIssuer.secret({ secretName } as never))).toBe(
      `secretName of a CertificateIssuer is '${secretName}', which no object of Kubernetes can be called; ` +
        "use up to 253 lower case letters, digits, '-' and '.'",
    );
  });

  test.each([
    [
      () => CaBundle.secret('Roots'),
      "name of a CaBundle is 'Roots', which no object of Kubernetes can be called",
    ],
    [() => CaBundle.configMap(''), "name of a CaBundle is '', which no object of Kubernetes can be called"],
    [
      () => CaBundle.configMap('roots', 'a/b'),
      "a CA bundle lies under 'a/b', which is no key of a ConfigMap or Secret",
    ],
  ])('fail when a bundle cannot be found', (define, message) => {
    expect(messageOf(define)).toContain(message);
  });
});

test('certificates are mounted only where they are used', () => {
  const mounts = (container: string) =>
    [...template.spec.initContainers, ...template.spec.containers]
      .find(({ name }: Manifest) => name === container)
      .volumeMounts.map(({ mountPath, readOnly }: Manifest) => [mountPath, readOnly ?? false])
      .filter(([path]: [string]) => /certificates|stores/.test(path));
  const { template } = find(certified(), 'StatefulSet', 'events-streams').spec;
  const sources = [
    ['/etc/cdk8s-kafka-certificates/cluster', true],
    ['/etc/cdk8s-kafka-certificates/metadata', true],
  ];

  expect(mounts('init')).toEqual([...sources, ['/run/cdk8s-kafka-stores', false]]);
  expect(mounts('agent')).toEqual([...sources, ['/run/cdk8s-kafka-stores', false]]);
  expect(mounts('kafka')).toEqual([['/run/cdk8s-kafka-stores', true]]);
});

test('private keys are kept off the disks of nodes', () => {
  const { volumes } = find(certified(), 'StatefulSet', 'events-streams').spec.template.spec;

  expect(volumes).toContainEqual({ name: 'stores', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } });
});

test('super users of the user are added to those of the cluster', () => {
  const settings = (config: Record<string, string>) => {
    const objects = certified({ config });
    return ['events-streams', 'events-controllers'].map(
      (name) => /super\.users=(.*)/.exec(find(objects, 'ConfigMap', name).data['server.properties'])![1],
    );
  };
  const own = 'User:events-brokers;User:events-controllers;User:events-topics';

  expect(settings({})).toEqual([own, own]);
  expect(settings({ 'super.users': 'User:root' })).toEqual([`${own};User:root`, `${own};User:root`]);
});
