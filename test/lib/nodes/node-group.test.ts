import { scheduling } from '../../../lib/nodes/scheduling';
import { TaintEffect } from 'cdk8s-plus-27';
import { InstanceType, NodeGroup } from '../../../lib';
import { newBrokers, newCluster, newMap } from '../../support/cases';
import { find, messageOf, newChart, synth } from '../../support/testing';

function podSpecOn(nodeGroup: NodeGroup) {
  return newBrokers(newCluster(newChart()), { nodeGroup }).statefulSet.toJson().spec.template.spec;
}

const HOSTNAME_RULE = { podAntiAffinity: expect.anything() };

test('any node matches', () => {
  const { affinity, tolerations } = podSpecOn(NodeGroup.any());

  expect(affinity).toEqual(HOSTNAME_RULE);
  expect(tolerations).toBeUndefined();
});

test.each<[name: string, group: NodeGroup, expressions: object[]]>([
  [
    'sorted labels',
    NodeGroup.labeled({ pool: 'kafka', disk: 'nvme' }),
    [
      { key: 'disk', operator: 'In', values: ['nvme'] },
      { key: 'pool', operator: 'In', values: ['kafka'] },
    ],
  ],
  [
    'an instance type',
    NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE),
    [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['i3.2xlarge'] }],
  ],
  [
    'zones',
    NodeGroup.any({ zones: ['a', 'b'] }),
    [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] }],
  ],
  [
    'labels and zones, both required',
    NodeGroup.labeled({ pool: 'kafka' }, { zones: ['a'] }),
    [
      { key: 'pool', operator: 'In', values: ['kafka'] },
      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] },
    ],
  ],
])('the node affinity requires %s', (_, group, expressions) => {
  expect(podSpecOn(group).affinity.nodeAffinity).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: expressions }],
    },
  });
});

test('pods tolerate exactly the taints of the group', () => {
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

test('the capacity of a group is that of its instance type, unless another instance type is given', () => {
  const { I3_2XLARGE, I3_4XLARGE } = InstanceType;

  expect(NodeGroup.ofInstanceType(I3_2XLARGE).instanceType).toBe(I3_2XLARGE);
  expect(NodeGroup.ofInstanceType(I3_2XLARGE, { instanceType: I3_4XLARGE })).toMatchObject({
    instanceType: I3_4XLARGE,
    labels: { 'node.kubernetes.io/instance-type': 'i3.2xlarge' },
  });
});

test('changes of arguments and of returned values do not change the group', () => {
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
    'labels of a NodeGroup are empty, which selects every node; give at least one label, or use NodeGroup.any()',
  );
});

test.each<[string, () => NodeGroup]>([
  ['any', () => NodeGroup.any({ zones: [] })],
  ['labeled', () => NodeGroup.labeled({ pool: 'kafka' }, { zones: [] })],
  ['ofInstanceType', () => NodeGroup.ofInstanceType(InstanceType.I3_2XLARGE, { zones: [] })],
])('fails when zones are empty: %s', (_, define) => {
  expect(messageOf(define)).toBe(
    'zones of a NodeGroup are empty, so no node would match; name the zones, or leave them out',
  );
});

test('uses the zone label for spread, affinity and the rack of brokers', () => {
  const chart = newChart();
  newMap(newCluster(chart), {
    nodeGroup: NodeGroup.any({ zoneLabel: 'example.com/rack', zones: ['r1', 'r2'] }),
  });
  const objects = synth(chart);
  const { spec } = find(objects, 'StatefulSet', 'events-streams').spec.template;
  expect(spec.topologySpreadConstraints[0].topologyKey).toBe('example.com/rack');
  const [term] = spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  expect(term.matchExpressions).toContainEqual({
    key: 'example.com/rack',
    operator: 'In',
    values: ['r1', 'r2'],
  });
  const config = JSON.parse(find(objects, 'ConfigMap', 'events-streams').data['agent.json']);
  expect(config.zoneLabel).toBe('example.com/rack');
});

test.each([
  [true, 'DoNotSchedule'],
  [false, 'ScheduleAnyway'],
  [undefined, 'ScheduleAnyway'],
])('with requireZoneSpread %s the spread over zones is %s', (requireZoneSpread, whenUnsatisfiable) => {
  const { topologySpreadConstraints } = scheduling(
    NodeGroup.any({ requireZoneSpread }),
    { a: 'b' },
    { a: 'b' },
  );

  expect(topologySpreadConstraints).toMatchObject([{ whenUnsatisfiable }]);
});
