import { zoneOf } from '../../../agent/identity/zone';

const node = (labels?: Record<string, string>) => ({ metadata: { labels } });

test('the zone is what the label of the node says', () => {
  expect(zoneOf('node-7', node({ 'topology.kubernetes.io/zone': 'eu-west-1b' }))).toBe('eu-west-1b');
});

test.each([
  ['without labels', node()],
  ['with other labels', node({ 'topology.kubernetes.io/region': 'eu-west-1' })],
  ['with an empty zone', node({ 'topology.kubernetes.io/zone': '' })],
])('fails for a node %s, naming the node and the label', (_, found) => {
  expect(() => zoneOf('node-7', found)).toThrow(
    expect.objectContaining({
      message: "node 'node-7' has no label 'topology.kubernetes.io/zone'",
      mend: 'label the node with its zone: kubectl label node node-7 topology.kubernetes.io/zone=<zone>',
      exitCode: 78,
    }),
  );
});

test('fails for a node that does not exist', () => {
  expect(() => zoneOf('node-7', undefined)).toThrow(
    expect.objectContaining({
      message: "there is no node 'node-7'",
      mend: 'delete the pod, so that it is scheduled again',
      exitCode: 78,
    }),
  );
});
