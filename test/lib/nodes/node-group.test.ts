import { InstanceType, NodeGroup, TaintEffect } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { messageOf, newChart } from '../../support/testing';

function podSpecOn(nodeGroup: NodeGroup) {
  return newBrokers(newCluster(newChart()), { nodeGroup }).statefulSet.toJson().spec.template.spec;
}

const HOSTNAME_RULE = { podAntiAffinity: expect.anything() };

test('any node will do', () => {
  const { affinity, tolerations } = podSpecOn(NodeGroup.any());

  expect(affinity).toEqual(HOSTNAME_RULE);
  expect(tolerations).toBeUndefined();
});

test.each<[name: string, group: NodeGroup, expressions: object[]]>([
  [
    'labels, sorted',
    NodeGroup.labeled({ pool: 'kafka', disk: 'nvme' }),
    [
      { key: 'disk', operator: 'In', values: ['nvme'] },
      { key: 'pool', operator: 'In', values: ['kafka'] },
    ],
  ],
  [
    'a machine type',
    NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE),
    [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['i3.2xlarge'] }],
  ],
  [
    'zones',
    NodeGroup.any({ zones: ['a', 'b'] }),
    [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] }],
  ],
  [
    'labels and zones, which must both hold',
    NodeGroup.labeled({ pool: 'kafka' }, { zones: ['a'] }),
    [
      { key: 'pool', operator: 'In', values: ['kafka'] },
      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] },
    ],
  ],
])('pods must go to nodes of %s', (_, group, expressions) => {
  expect(podSpecOn(group).affinity.nodeAffinity).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: expressions }],
    },
  });
});

test('pods tolerate the taints of the group, and no others', () => {
  const group = NodeGroup.any({
    taints: [
      { key: 'a', value: 'b', effect: TaintEffect.NO_SCHEDULE },
      { key: 'c', value: 'd' },
      { key: 'e', effect: TaintEffect.NO_EXECUTE },
      { key: 'f', value: '', effect: TaintEffect.PREFER_NO_SCHEDULE },
      { key: 'g' },
    ],
  });

  expect(podSpecOn(group).tolerations).toEqual([
    { key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' },
    { key: 'c', operator: 'Equal', value: 'd' },
    { key: 'e', operator: 'Exists', effect: 'NoExecute' },
    { key: 'f', operator: 'Equal', value: '', effect: 'PreferNoSchedule' },
    { key: 'g', operator: 'Exists' },
  ]);
});

test('a group of a machine type is of that type, unless another one is given for its capacity', () => {
  const { I3_2XLARGE, I3_4XLARGE } = InstanceType;

  expect(NodeGroup.ofInstanceType(I3_2XLARGE).instanceType).toBe(I3_2XLARGE);
  expect(NodeGroup.ofInstanceType(I3_2XLARGE, { instanceType: I3_4XLARGE })).toMatchObject({
    instanceType: I3_4XLARGE,
    labels: { 'node.kubernetes.io/instance-type': 'i3.2xlarge' },
  });
});

test('what is given and what is read are copies', () => {
  // GIVEN
  const labels: Record<string, string> = { pool: 'kafka' };
  const zones = ['a'];
  const taints = [{ key: 'a' }];
  const group = NodeGroup.labeled(labels, { zones, taints });

  // WHEN
  labels.other = 'x';
  zones.push('b');
  taints.push({ key: 'b' });
  group.labels.other = 'x';
  group.zones.push('b');
  group.taints.push({ key: 'b' });

  // THEN
  expect(group.labels).toEqual({ pool: 'kafka' });
  expect(group.zones).toEqual(['a']);
  expect(group.taints).toEqual([{ key: 'a' }]);
});

test('fails when there are no labels', () => {
  expect(messageOf(() => NodeGroup.labeled({}))).toBe(
    'a node group without labels is every node; name a label of its nodes, or write NodeGroup.any()',
  );
});

test.each<[string, () => NodeGroup]>([
  ['any', () => NodeGroup.any({ zones: [] })],
  ['labeled', () => NodeGroup.labeled({ pool: 'kafka' }, { zones: [] })],
  ['ofInstanceType', () => NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE, { zones: [] })],
])('fails when zones are an empty list: %s', (_, define) => {
  expect(messageOf(define)).toBe(
    'zones of a node group are an empty list, so no node would do; name the zones, or leave them out',
  );
});
