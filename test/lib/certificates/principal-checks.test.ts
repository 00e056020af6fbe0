import { Chart } from 'cdk8s';
import {
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  KafkaClusterProps,
  NodeIds,
} from '../../../lib';
import { newCluster, newMap, newTopicSync, newUncertifiedCluster } from '../../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  messageOf,
  newChart,
  settingsOf,
  synth,
} from '../../support/testing';

function clusterWith(props: Partial<KafkaClusterProps>, issuer = CertificateIssuer.builtIn()): Chart {
  const chart = newChart();
  const cluster = newUncertifiedCluster(chart, props);
  newMap(cluster);
  new CertRotation(chart, 'Certificates', { cluster, issuer });
  return chart;
}

function warningsOf(props: Partial<KafkaClusterProps>): string[] {
  const warnings = collectWarnings();
  synth(clusterWith(props));
  return warnings;
}

const AUTHORIZER = { 'authorizer.class.name': 'Some' };
const DOCS = 'https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/certificates.md#rights-of-clients';
const SCRAM = ClientListener.tls({
  name: 'USERS',
  port: 9192,
  authentication: ClientAuthentication.scramSha512(),
});
const PARTNERS = ClientListener.tls({
  name: 'PARTNERS',
  port: 9192,
  authentication: ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('partners') }),
});

describe('a super user is a name that only listeners between servers yield', () => {
  test.each(['events-streams', 'events-controllers'])('in the settings of %s', (workload) => {
    const settings = settingsOf(synth(clusterWith({})), workload);
    const rules = (listener: string) => settings[`listener.name.${listener}.ssl.principal.mapping.rules`];

    expect(settings['super.users']).toBe(
      'User:CN=events-brokers;User:CN=events-controllers;User:CN=events-topics',
    );
    expect(settings).not.toHaveProperty('ssl.principal.mapping.rules');
    expect(rules('controller')).toMatch(/\/CN=\$1\/,DEFAULT$/);
    if (workload === 'events-streams') {
      expect(rules('internal')).toBe(rules('controller'));
      expect(rules('client')).toMatch(/[^=]\/\$1\/,DEFAULT$/);
    }
  });
});

describe('the topic synchronization', () => {
  const PROGRAM = 'User:CN=events-topics';
  const rightsOf = (objects: Manifest[], name = 'events-streams') =>
    JSON.parse(find(objects, 'ConfigMap', name).data['agent.json']).programRights;

  test.each<[string, Record<string, string>, boolean]>([
    ['without an authorizer', {}, true],
    ['while topics without ACLs are open', { ...AUTHORIZER, 'allow.everyone.if.no.acl.found': 'True' }, true],
    ['with an authorizer', AUTHORIZER, false],
    ['with closed topics', { ...AUTHORIZER, 'allow.everyone.if.no.acl.found': 'false' }, false],
  ])('%s is a super user: %j %s', (_, config, isSuperUser) => {
    const objects = synth(clusterWith({ config }));

    for (const workload of ['events-streams', 'events-controllers']) {
      const users = settingsOf(objects, workload)['super.users'].split(';');
      expect(users.includes(PROGRAM)).toBe(isSuperUser);
    }
    expect(rightsOf(objects)).toEqual(
      isSuperUser ? undefined : [{ program: 'topics', principal: PROGRAM, canDelete: false }],
    );
  });

  test('may delete topics with prune', () => {
    const cluster = newCluster(newChart(), { config: AUTHORIZER });
    newMap(cluster);
    newTopicSync(cluster, [], { prune: {} });

    expect(rightsOf(synth(Chart.of(cluster)))).toEqual([
      { program: 'topics', principal: PROGRAM, canDelete: true },
    ]);
  });

  test('gets no rights by a name that the PKI of the user decides', () => {
    collectWarnings();
    const issuer = CertificateIssuer.secret({ secretName: 'company' });

    const props = { config: AUTHORIZER, listeners: [PARTNERS] };

    expect(rightsOf(synth(clusterWith(props, issuer)))).toBeUndefined();
  });

  test('is given its rights by the map of the internal topics only', () => {
    const cluster = newCluster(newChart(), { config: AUTHORIZER });
    newMap(cluster);
    newMap(cluster, { mapName: 'other', topicPatterns: ['other'], brokerIds: NodeIds.between(2001, 2003) });
    const objects = synth(Chart.of(cluster));

    expect([rightsOf(objects), rightsOf(objects, 'events-other')]).toEqual([expect.anything(), undefined]);
  });
});

describe('without an authorizer', () => {
  test('warns that clients have all rights', () => {
    expect(warningsOf({ clients: [{ clientName: 'shop' }] })).toEqual([
      "cdk8s-kafka: warning: cluster 'events' has clients and no authorizer, so each of them can read, change and delete " +
        `everything; set 'authorizer.class.name' in config and give rights to clients, see ${DOCS}`,
    ]);
  });

  test.each<[string, Partial<KafkaClusterProps>]>([
    ['there are no clients', {}],
    ['there is an authorizer', { clients: [{ clientName: 'shop' }], config: AUTHORIZER }],
  ])('does not warn when %s', (_, props) => {
    expect(warningsOf(props)).toEqual([]);
  });
});

test.each([
  ['USERS', SCRAM, 'SCRAM users'],
  ['PARTNERS', PARTNERS, 'certificates of another CA'],
])(
  'warns when listener %s has another source of names, and super users are names',
  (name, listener, source) => {
    const config = { ...AUTHORIZER, 'super.users': 'User:admin; User:CN=kafka' };

    expect(warningsOf({ config, listeners: [ClientListener.tls(), listener] })).toEqual([
      `cdk8s-kafka: warning: listener ${name} of cluster 'events' accepts ${source}, and one with the name of User:admin is a ` +
        `super user; keep these names reserved there, see ${DOCS}`,
    ]);
    expect(warningsOf({ config: AUTHORIZER, listeners: [ClientListener.tls(), listener] })).toEqual([]);
  },
);

test('fails when a client has the name of a server of another cluster, which the same issuer can certify', () => {
  const authentication = ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('roots') });
  const props = {
    clients: [{ clientName: 'b-brokers' }],
    listeners: [ClientListener.tls({ authentication })],
  };
  const issuer = CertificateIssuer.certManager({ issuerRef: { name: 'kafka-ca' } });

  expect(messageOf(() => synth(clusterWith(props, issuer)))).toContain(
    "clientName 'b-brokers' of cluster 'events' is the name of the servers of a cluster 'b', and its issuer can certify several " +
      'clusters; use a name that does not end in -brokers, -controllers, -topics or -recovery',
  );
  // The built-in issuer has one CA for each cluster.
  expect(messageOf(() => synth(clusterWith({ ...props, config: AUTHORIZER })))).toBe('nothing was thrown');
});
