import { isDeepStrictEqual } from 'node:util';
import { KafkaClient, NetworkPeer } from '../../../lib';
import { newCluster, newMap, newTopicSync, newZookeeperCluster } from '../../support/cases';
import { Manifest, find, messageOf, newChart, ofKind, podTemplates, synth } from '../../support/testing';

const MONITORING = NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' });

function ingress(clients: KafkaClient[], name = 'events-brokers'): Manifest[] {
  const chart = newChart();
  const cluster = newCluster(chart, { clients, metricsScrapers: [MONITORING] });
  newMap(cluster);
  return find(synth(chart), 'NetworkPolicy', name).spec.ingress;
}

/** Ports that a peer can connect to. */
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
        'cdk8s-kafka.io/cluster': 'events',
      },
    },
  };
}

test('a NetworkPolicy selects every pod', () => {
  const chart = newChart();
  newMap(newCluster(chart, { clusterName: 'kraft' }), { mapName: 'a' });
  newMap(newZookeeperCluster(chart, { clusterName: 'classic' }), { mapName: 'b' });
  const cluster = newCluster(chart, { clusterName: 'synced' });
  newMap(cluster);
  newTopicSync(cluster);
  const objects = synth(chart);

  const selectors = ofKind(objects, 'NetworkPolicy').map(({ spec }) => {
    expect(spec.policyTypes).toEqual(['Ingress']);
    return Object.entries(spec.podSelector.matchLabels);
  });
  for (const [workload, { metadata: pod }] of podTemplates(objects)) {
    const isSelected = selectors.some((labels) => labels.every(([key, value]) => pod.labels[key] === value));
    expect({ workload, isSelected }).toEqual({ workload, isSelected: true });
  }
});

test('ingress of brokers: other brokers, the topic synchronization, the authority, and declared clients', () => {
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

test('no policy opens the port of the preStop hook', () => {
  const chart = newChart();
  const cluster = newCluster(chart, {
    clients: [{ clientName: 'anyone', peers: [NetworkPeer.any()] }],
    metricsScrapers: [NetworkPeer.any()],
  });
  newMap(cluster);
  const objects = synth(chart);

  const opened = ofKind(objects, 'NetworkPolicy').flatMap(({ spec }) =>
    spec.ingress.flatMap(({ ports }: Manifest) => ports.map(({ port }: Manifest) => port)),
  );
  const preStop = podTemplates(objects).flatMap(([, { spec }]) =>
    spec.containers.flatMap(({ lifecycle }: Manifest) => lifecycle?.preStop?.httpGet?.port ?? []),
  );
  expect(opened).toContain(8080);
  expect([...new Set(preStop)]).toEqual([8081]);
  expect(opened).not.toContain(8081);
});

test('without clients, only pods of the cluster can connect', () => {
  expect(ingress([]).every(({ from }) => from.length > 0)).toBe(true);
  expect(ingress([])).toHaveLength(3);
});

test('a client from anywhere opens the client listeners to every source, and no other port', () => {
  const rules = ingress([{ clientName: 'anyone', peers: [NetworkPeer.any()] }]);

  expect(rules.filter(({ from }) => from === undefined)).toEqual([
    { ports: [{ port: 9092, protocol: 'TCP' }] },
  ]);
});

test.each<[name: string, peer: NetworkPeer, expected: object]>([
  ['pods', NetworkPeer.pods({ a: 'b' }), { podSelector: { matchLabels: { a: 'b' } } }],
  ['a namespace', NetworkPeer.namespaces({ a: 'b' }), { namespaceSelector: { matchLabels: { a: 'b' } } }],
  [
    'pods in a namespace',
    NetworkPeer.namespaces({ a: 'b' }, { c: 'd' }),
    { namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: { matchLabels: { c: 'd' } } },
  ],
  ['addresses', NetworkPeer.addresses('10.0.0.0/8'), { ipBlock: { cidr: '10.0.0.0/8' } }],
  ['every address', NetworkPeer.addresses('0.0.0.0/0'), { ipBlock: { cidr: '0.0.0.0/0' } }],
  ['IPv6 addresses', NetworkPeer.addresses('2001:db8::/32'), { ipBlock: { cidr: '2001:db8::/32' } }],
])('the client listeners are open to a client in %s', (_, peer, expected) => {
  expect(portsFor(ingress([{ clientName: 'shop', peers: [peer] }]), expected)).toEqual([9092]);
});

test('ingress of controllers: brokers, controllers and the authority', () => {
  const rules = ingress([{ clientName: 'shop' }], 'events-controllers');

  expect(portsFor(rules, own('broker'))).toEqual([9093]);
  expect(portsFor(rules, own('controller'))).toEqual([9093]);
  expect(portsFor(rules, own('authority'))).toEqual([9093]);
  expect(portsFor(rules, { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'shop' } } })).toEqual([]);
});

test('the topic synchronization has no ingress', () => {
  expect(ingress([], 'events-topics')).toEqual([]);
});

test.each<[what: string, define: () => NetworkPeer, message: string]>([
  [
    'pods without labels',
    () => NetworkPeer.pods({}),
    'pod labels of a NetworkPeer are empty, which selects all pods; give at least one label',
  ],
  [
    'namespaces without labels',
    () => NetworkPeer.namespaces({}),
    'namespace labels of a NetworkPeer are empty, which selects all namespaces; give at least one label',
  ],
  [
    'pods with an invalid label',
    () => NetworkPeer.pods({ team: 'a b' }),
    `pod label of a NetworkPeer 'team' has the value "a b"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
  ],
  [
    'namespaces with an invalid label',
    () => NetworkPeer.namespaces({ 'a b': 'x' }),
    "namespace label of a NetworkPeer 'a b' is not a valid key; use letters, digits, '-', '_' and '.', " +
      "optionally after a domain and '/'",
  ],
  [
    'pods in namespaces with an invalid label',
    () => NetworkPeer.namespaces({ team: 'x' }, { team: '-' }),
    `pod label of a NetworkPeer 'team' has the value "-"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
  ],
])('fails when a peer selects %s', (_, define, message) => {
  expect(messageOf(define)).toBe(message);
});
