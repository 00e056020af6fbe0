import { isDeepStrictEqual } from 'node:util';
import { KafkaClient, KafkaVersion, NetworkPeer, ZookeeperEnsemble } from '../../../lib';
import { newCluster, newMap, newTopicSync } from '../../support/cases';
import { Manifest, find, messageOf, newChart, ofKind, podTemplates, synth } from '../../support/testing';

const MONITORING = NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' });

function ingress(clients: KafkaClient[], name = 'events-brokers'): Manifest[] {
  const chart = newChart();
  const cluster = newCluster(chart, { clients, metricsScrapers: [MONITORING] });
  newMap(cluster);
  return find(synth(chart), 'NetworkPolicy', name).spec.ingress;
}

/** Ports that a kind of peer may connect to. */
function portsFor(rules: Manifest[], peer: object): number[] {
  return rules
    .filter(({ from }) => from === undefined || from.some((one: object) => isDeepStrictEqual(one, peer)))
    .flatMap(({ ports }) => ports.map(({ port }: Manifest) => port));
}

function own(component: string): object {
  return {
    podSelector: {
      matchLabels: {
        'app.kubernetes.io/name': 'kafka',
        'app.kubernetes.io/component': component,
        'app.kubernetes.io/instance': 'events',
        'cdk8s-kafka.io/cluster': 'events',
      },
    },
  };
}

test('every pod is closed by a policy', () => {
  const chart = newChart();
  const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');
  for (const cluster of [
    newCluster(chart, { clusterName: 'new' }),
    newCluster(chart, { clusterName: 'old', metadata, version: KafkaVersion.V3_9 }),
  ]) {
    newMap(cluster, { mapName: `map-of-${cluster.clusterName}` });
  }
  const cluster = newCluster(chart, { clusterName: 'synced' });
  newMap(cluster);
  newTopicSync(cluster);
  const objects = synth(chart);

  const selectors = ofKind(objects, 'NetworkPolicy').map(({ spec }) => {
    expect(spec.policyTypes).toEqual(['Ingress']);
    return Object.entries(spec.podSelector.matchLabels);
  });
  for (const [workload, { metadata: pod }] of podTemplates(objects)) {
    const closed = selectors.some((labels) => labels.every(([key, value]) => pod.labels[key] === value));
    expect({ workload, closed }).toEqual({ workload, closed: true });
  }
});

test('brokers are open to each other, to the cluster’s own programs, and to declared clients', () => {
  const rules = ingress([{ clientName: 'shop' }]);

  expect(portsFor(rules, own('broker'))).toEqual([9091]);
  expect(portsFor(rules, own('topic-sync'))).toEqual([9091]);
  expect(portsFor(rules, own('authority'))).toEqual([9091, 9092]);
  expect(portsFor(rules, own('controller'))).toEqual([]);
  expect(portsFor(rules, { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'shop' } } })).toEqual([
    9092,
  ]);
  expect(portsFor(rules, MONITORING._peer!)).toEqual([8080]);
});

test('the port on which a stop is asked for is open to nobody, whoever may read metrics', () => {
  const chart = newChart();
  const cluster = newCluster(chart, {
    clients: [{ clientName: 'everyone', from: [NetworkPeer.anyone()] }],
    metricsScrapers: [NetworkPeer.anyone()],
  });
  newMap(cluster);
  const objects = synth(chart);

  const opened = ofKind(objects, 'NetworkPolicy').flatMap(({ spec }) =>
    spec.ingress.flatMap(({ ports }: Manifest) => ports.map(({ port }: Manifest) => port)),
  );
  const asked = podTemplates(objects).flatMap(([, { spec }]) =>
    spec.containers.flatMap(({ lifecycle }: Manifest) => lifecycle?.preStop?.httpGet?.port ?? []),
  );
  expect(opened).toContain(8080);
  expect([...new Set(asked)]).toEqual([8081]);
  expect(opened).not.toContain(8081);
});

test('without clients only the cluster itself gets in', () => {
  expect(ingress([]).every(({ from }) => from.length > 0)).toBe(true);
  expect(ingress([])).toHaveLength(3);
});

test('a client that may come from anywhere opens the listeners of clients to everybody, and no other port', () => {
  const rules = ingress([{ clientName: 'everyone', from: [NetworkPeer.anyone()] }]);

  expect(rules.filter(({ from }) => from === undefined)).toEqual([
    { ports: [{ port: 9092, protocol: 'TCP' }] },
  ]);
});

test.each<[peer: string, from: NetworkPeer, expected: object]>([
  ['pods', NetworkPeer.pods({ a: 'b' }), { podSelector: { matchLabels: { a: 'b' } } }],
  ['a namespace', NetworkPeer.namespaces({ a: 'b' }), { namespaceSelector: { matchLabels: { a: 'b' } } }],
  [
    'pods of a namespace',
    NetworkPeer.namespaces({ a: 'b' }, { c: 'd' }),
    { namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: { matchLabels: { c: 'd' } } },
  ],
  ['addresses', NetworkPeer.addresses('10.0.0.0/8'), { ipBlock: { cidr: '10.0.0.0/8' } }],
  ['every address', NetworkPeer.addresses('0.0.0.0/0'), { ipBlock: { cidr: '0.0.0.0/0' } }],
  ['addresses of IPv6', NetworkPeer.addresses('2001:db8::/32'), { ipBlock: { cidr: '2001:db8::/32' } }],
])('a client comes from %s', (_, from, expected) => {
  expect(portsFor(ingress([{ clientName: 'shop', from: [from] }]), expected)).toEqual([9092]);
});

test('controllers are open to servers and the authority', () => {
  const rules = ingress([{ clientName: 'shop' }], 'events-controllers');

  expect(portsFor(rules, own('broker'))).toEqual([9093]);
  expect(portsFor(rules, own('controller'))).toEqual([9093]);
  expect(portsFor(rules, own('authority'))).toEqual([9093]);
  expect(portsFor(rules, { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'shop' } } })).toEqual([]);
});

test('nobody asks the topic synchronisation anything', () => {
  expect(ingress([], 'events-topics')).toEqual([]);
});

test.each<[what: string, define: () => NetworkPeer, message: string]>([
  [
    'pods by no label',
    () => NetworkPeer.pods({}),
    'a network peer selects pods by no label, which would be all of them; give it labels',
  ],
  [
    'namespaces by no label',
    () => NetworkPeer.namespaces({}),
    'a network peer selects namespaces by no label, which would be all of them; give it labels',
  ],
  [
    'pods by a label that none has',
    () => NetworkPeer.pods({ team: 'a b' }),
    `label of pods on the network 'team' has the value "a b"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
  ],
  [
    'namespaces by a label that none has',
    () => NetworkPeer.namespaces({ 'a b': 'x' }),
    "label of namespaces on the network 'a b' is no key that Kubernetes takes; use letters, digits, '-', '_' and '.', with a " +
      "domain and '/' before it",
  ],
  [
    'pods of namespaces by a label that none has',
    () => NetworkPeer.namespaces({ team: 'x' }, { team: '-' }),
    `label of pods on the network 'team' has the value "-"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
  ],
  ...[
    '10.0.0.1',
    '999.1.1.1/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0/8',
    'fe80::/129',
    ':::/8',
    'fe80::1%eth0/64',
    'example.com/8',
    '/8',
  ].map((cidr): [string, () => NetworkPeer, string] => [
    `the addresses ${cidr}`,
    () => NetworkPeer.addresses(cidr),
    `'${cidr}' is no range of addresses; write it with its length, for example '10.0.0.0/8'`,
  ]),
])('fails when a peer is %s', (_, define, message) => {
  expect(messageOf(define)).toBe(message);
});
