import { App, Chart } from 'cdk8s';
import {
  ClientAuthentication,
  ClientListener,
  InterBrokerSecurity,
  KafkaClient,
  KafkaClusterProps,
  KafkaVersion,
  NetworkPeer,
} from '../../lib';
import { newCluster, newMap, newUncertifiedCluster } from '../support/cases';
import { NO_LABELS, noLabel } from '../support/messages';
import { messageOf, newChart, synth, validationFailure } from '../support/testing';

const failureOf = (props: Partial<KafkaClusterProps>) =>
  messageOf(() => newUncertifiedCluster(newChart(), props));

describe('names', () => {
  test.each(NO_LABELS)("fails when clusterName is '%s'", (clusterName) => {
    expect(failureOf({ clusterName })).toBe(noLabel('clusterName', clusterName));
  });

  test('fails when two clusters of a namespace have the same name', () => {
    // GIVEN
    const app = new App();
    const first = new Chart(app, 'first', { namespace: 'kafka' });
    const second = new Chart(app, 'second', { namespace: 'kafka' });
    newCluster(first);

    // THEN
    expect(messageOf(() => newCluster(second))).toBe(
      "clusterName 'events' is used by 'first/Kafka' and by 'second/Kafka' in namespace 'kafka'; " +
        'use another name or another namespace',
    );
  });

  test('fails when the chart has no namespace', () => {
    const chart = new Chart(new App(), 'production');

    expect(messageOf(() => newCluster(chart))).toBe(
      "chart 'production' has no namespace, which host names of brokers contain; " +
        "use new Chart(app, 'production', { namespace: '...' })",
    );
  });

  test.each(['Kafka', 'kafka_1', '-kafka', 'kafka-', 'kafka.events', 'k'.repeat(64)])(
    'fails when the namespace is %s',
    (namespace) => {
      expect(messageOf(() => newCluster(newChart(namespace)))).toBe(
        `namespace '${namespace}' is not a DNS label; use up to 63 lower-case letters, digits and '-'`,
      );
    },
  );

  test.each(['', 'a b', '.local', 'A.local', 'a'.repeat(64)])(
    "fails when clusterDomain is '%s'",
    (clusterDomain) => {
      expect(failureOf({ clusterDomain })).toBe(
        `clusterDomain '${clusterDomain}' is not a DNS domain; use the kubelet's --cluster-domain, for example 'cluster.local'`,
      );
    },
  );
});

describe('versions', () => {
  test.each([
    ['4.3.1', '4.4.0'],
    ['4.4.0', '4.4.1'],
    ['3.9.2', '4.0.0'],
  ])('fails when controllerVersion is %s with version %s', (controllerVersion, version) => {
    const props = {
      version: KafkaVersion.of(version),
      controllerVersion: KafkaVersion.of(controllerVersion),
    };

    expect(failureOf(props)).toBe(
      `controllerVersion of cluster 'events' is ${controllerVersion}, older than version ${version}; controllers are ` +
        'upgraded first, so use the same version or a newer one',
    );
  });
});

test.each([
  '',
  'short',
  'MkU3OEVBNTcwNTJENDM2Qg==',
  'MkU3OEVBNTcwNTJENDM2Q+',
  'MkU3OEVBNTcwNTJENDM2Qgg',
  // Kafka reserves ids whose first half is zero.
  'AAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAQ',
  'AAAAAAAAAAAAAAAAAAAAYw',
])("fails when clusterId is '%s'", (clusterId) => {
  expect(failureOf({ clusterId })).toBe(
    `clusterId '${clusterId}' is not a Kafka cluster id; use the 22 characters of cluster.id in meta.properties (16 bytes in ` +
      'URL-safe base64, not starting with zeros), or leave it out',
  );
});

describe('listeners and peers', () => {
  test.each<[property: keyof KafkaClusterProps, value: unknown, message: string]>([
    [
      'interBrokerSecurity',
      'TLS',
      'interBrokerSecurity of a KafkaCluster is "TLS"; it must be one of "mutual-tls", "plaintext"',
    ],
    [
      'listeners',
      [],
      "listeners of cluster 'events' are empty, so no client could connect; leave them out, or list one",
    ],
    [
      'listeners',
      [{ name: 'CLIENT', port: 9092 }],
      'listeners[0] of a KafkaCluster is {"name":"CLIENT","port":9092}; expected for example ClientListener.tls()',
    ],
    [
      'listeners',
      [ClientListener.tls],
      'listeners[0] of a KafkaCluster is the function tls; expected for example ClientListener.tls()',
    ],
    [
      'listeners',
      ClientListener.tls(),
      'listeners of a KafkaCluster must be a list such as [ClientListener.tls()], got an instance of ClientListener',
    ],
    [
      'metricsScrapers',
      ['prometheus'],
      'metricsScrapers[0] of a KafkaCluster is "prometheus"; expected for example NetworkPeer.addresses(\'10.0.0.0/8\')',
    ],
    [
      'metricsScrapers',
      [, NetworkPeer.any()],
      'metricsScrapers of a KafkaCluster must have no undefined items, got [null,{}]',
    ],
    [
      'metricsScrapers',
      NetworkPeer.any(),
      "metricsScrapers of a KafkaCluster must be a list such as [NetworkPeer.addresses('10.0.0.0/8')], got an instance of NetworkPeer",
    ],
  ])('fails when %s is wrong (%#)', (property, value, message) => {
    expect(failureOf({ [property]: value })).toBe(message);
  });

  test('fails when an added scraper is not a NetworkPeer', () => {
    const cluster = newCluster(newChart());

    for (const peer of ['10.0.0.0/8', undefined, {}]) {
      expect(messageOf(() => cluster.addMetricsScraper(peer as NetworkPeer))).toContain(
        "a metrics scraper of cluster 'events' is ",
      );
    }
  });
});

describe('addListener', () => {
  const EXTERNAL = ClientListener.tls({ name: 'EXTERNAL', port: 9094 });

  test('fails after the first map', () => {
    const cluster = newCluster(newChart());
    newMap(cluster);

    expect(messageOf(() => cluster.addListener(EXTERNAL))).toBe(
      "listener EXTERNAL is added to cluster 'events' after map 'streams'; add listeners before the first map",
    );
    expect(cluster.listeners).toHaveLength(1);
  });

  test.each([
    [ClientListener.tls({ port: 9094 }), 'listener CLIENT (port 9094)', 'listener CLIENT (port 9092)'],
    [ClientListener.tls({ name: 'OTHER' }), 'listener OTHER (port 9092)', 'listener CLIENT (port 9092)'],
    [
      ClientListener.tls({ name: 'OTHER', port: 9091 }),
      'listener OTHER (port 9091)',
      'listener INTERNAL (port 9091)',
    ],
  ])('fails when name or port is used (%#)', (listener, added, other) => {
    const cluster = newCluster(newChart());

    expect(messageOf(() => cluster.addListener(listener))).toBe(
      `${added} of cluster 'events' conflicts with ${other}; each client listener needs its own name and port`,
    );
    expect(cluster.listeners).toHaveLength(1);
  });

  test('fails at synth when the first TLS listener is added after the CertRotation', () => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart, {
      interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
      listeners: [ClientListener.plaintext()],
    });

    // WHEN
    cluster.addListener(EXTERNAL);
    newMap(cluster);

    // THEN
    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "cluster 'events' got its first TLS listener after its CertRotation, which issues no certificate for it; " +
          'add listeners before the CertRotation',
      ]),
    );
  });
});

describe('clients', () => {
  const add = (client: KafkaClient) => messageOf(() => newCluster(newChart()).addClient(client));
  const used = (clientName: string) =>
    `clientName '${clientName}' is used twice in cluster 'events', or is the principal of one of its servers; use another name`;

  test.each(['events-brokers', 'events-controllers', 'events-topics'])(
    'fails when a client has the principal of a server: %s',
    (clientName) => {
      expect(failureOf({ clients: [{ clientName }] })).toBe(used(clientName));
    },
  );

  test('fails when two clients have the same name', () => {
    const cluster = newCluster(newChart(), { clients: [{ clientName: 'shop' }] });

    expect(messageOf(() => cluster.addClient({ clientName: 'shop' }))).toBe(used('shop'));
  });

  test.each(['kafka', 'zookeeper'])(
    'fails when the label of a client selects pods of the cluster: %s',
    (name) => {
      expect(add({ clientName: name })).toBe(
        `clientName '${name}' of cluster 'events' selects the pods labeled app.kubernetes.io/name: ${name}, which are the ` +
          "cluster's own; use another name, or set 'peers'",
      );
      expect(add({ clientName: name, peers: [NetworkPeer.pods({ app: name })] })).toBe('nothing was thrown');
    },
  );

  test.each<[peers: unknown, message: string]>([
    [
      ['10.0.0.0/8'],
      "peers[0] of a client of cluster 'events' is \"10.0.0.0/8\"; expected for example NetworkPeer.addresses('10.0.0.0/8')",
    ],
    [[undefined], "peers of a client of cluster 'events' must have no undefined items, got [null]"],
  ])('fails when peers are %j', (peers, message) => {
    expect(add({ clientName: 'shop', peers: peers as NetworkPeer[] })).toBe(message);
  });

  test.each(NO_LABELS)("fails when clientName is '%s'", (clientName) => {
    expect(add({ clientName })).toBe(noLabel('clientName', clientName));
  });
});

describe('authorizer', () => {
  const config = { 'authorizer.class.name': 'Some' };
  const interBrokerSecurity = InterBrokerSecurity.PLAINTEXT;

  test('fails when brokers have no principal', () => {
    expect(failureOf({ interBrokerSecurity, config })).toBe(
      "cluster 'events' has the authorizer 'Some' and plaintext inter-broker traffic, so its own brokers are " +
        "User:ANONYMOUS and would be denied; use InterBrokerSecurity.MUTUAL_TLS, or add User:ANONYMOUS to 'super.users'",
    );
  });

  test('is allowed when everyone is a super user', () => {
    const everyone = { ...config, 'super.users': 'User:root;User:ANONYMOUS' };

    expect(failureOf({ interBrokerSecurity, config: everyone })).toBe('nothing was thrown');
  });
});

describe('at synth', () => {
  test('fails when there is no map', () => {
    const chart = newChart();
    newCluster(chart);

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "cluster 'events' has no map and therefore no brokers; add a KafkaMap",
      ]),
    );
  });

  test('fails when topics have more replicas by default than there are brokers', () => {
    const chart = newChart();
    newMap(newCluster(chart, { config: { 'default.replication.factor': '5' } }));

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "cluster 'events' has default.replication.factor 5 and 3 brokers, so Kafka could not create the topics of clients; " +
          'set default.replication.factor to 3 or less in KafkaCluster.config, or add brokers',
      ]),
    );
  });

  test('fails when no issuer issues its certificates', () => {
    const chart = newChart();
    newMap(newUncertifiedCluster(chart));

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure([
        'test/Kafka',
        "cluster 'events' has TLS listeners and no issuer of certificates; add " +
          "new CertRotation(this, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() })",
      ]),
    );
  });

  test('needs no issuer without TLS', () => {
    const chart = newChart();
    newMap(
      newUncertifiedCluster(chart, {
        interBrokerSecurity: InterBrokerSecurity.PLAINTEXT,
        listeners: [ClientListener.plaintext()],
      }),
    );

    expect(messageOf(() => synth(chart))).toBe('nothing was thrown');
  });
});

test('fails when authentication of a listener is not a ClientAuthentication', () => {
  const authentication = 'mutual-tls' as unknown as ClientAuthentication;

  expect(messageOf(() => ClientListener.tls({ authentication }))).toBe(
    'authentication of ClientListener.tls() is "mutual-tls"; expected for example ClientAuthentication.mutualTls()',
  );
});
