import { zoneOf } from '../../../agent/identity/zone';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

const node = (labels?: Record<string, string>) => ({ metadata: { labels } });

test('returns the zone from the label of the node', () => {
  expect(zoneOf('node-7', node({ 'topology.kubernetes.io/zone': 'eu-west-1b' }), ZONE_LABEL)).toBe(
    'eu-west-1b',
  );
});

test.each([
  ['without labels', node()],
  ['with other labels', node({ 'topology.kubernetes.io/region': 'eu-west-1' })],
  ['with an empty zone', node({ 'topology.kubernetes.io/zone': '' })],
])('fails for a node %s, and names the node and the label', (_, found) => {
  expect(() => zoneOf('node-7', found, ZONE_LABEL)).toThrow(
    expect.objectContaining({
      message: "node 'node-7' has no label 'topology.kubernetes.io/zone'",
      hint: 'label the node with its zone: kubectl label node node-7 topology.kubernetes.io/zone=<zone>',
      exitCode: 78,
    }),
  );
});

test('fails for a node that does not exist', () => {
  expect(() => zoneOf('node-7', undefined, ZONE_LABEL)).toThrow(
    expect.objectContaining({
      message: "node 'node-7' does not exist",
      hint: 'delete the pod, so that it is scheduled to another node',
      exitCode: 78,
    }),
  );
});
