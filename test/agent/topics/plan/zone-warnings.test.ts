import fc from 'fast-check';
import { ClusterView } from '../../../../agent/kafka/cluster-view';
import { partitionsSharingZone } from '../../../../agent/kafka/shared-zones';
import { zoneWarnings } from '../../../../agent/topics/plan/zone-warnings';
import { clusterOf, partition } from '../../views';

const MAP = { name: 'streams', patterns: ['a\\..*'], brokerIds: { first: 1, last: 3 } };
const WIDE = { name: 'a.wide', partitions: 1, replicationFactor: 3 };

/** Brokers 1, 2, … in the given zones. */
function viewOf(zones: readonly string[], partitions: ClusterView['partitions'] = []): ClusterView {
  const view = clusterOf({ brokers: zones.map((_, index) => index + 1), partitions });
  return {
    ...view,
    brokers: new Map([...view.brokers].map(([id, broker]) => [id, { ...broker, rack: zones[id - 1] }])),
  };
}

test('brokers in zones a, a, b and topics with three replicas cause one warning', () => {
  const topics = [WIDE, { ...WIDE, name: 'a.other' }, { ...WIDE, name: 'a.two', replicationFactor: 2 }];

  expect(zoneWarnings([MAP], topics, viewOf(['a', 'a', 'b']))).toEqual([
    "brokers of map 'streams' are in 2 zones (a: 1, 2; b: 3), and topics have up to 3 replicas: some replicas of a partition " +
      'share a zone. Move brokers to other zones, or add brokers there',
  ]);
});

test.each([
  ['a zone for each replica', ['a', 'b', 'c'], [WIDE]],
  ['fewer replicas', ['a', 'a', 'b'], [{ ...WIDE, replicationFactor: 2 }]],
  ['no topic of the map', ['a', 'a', 'b'], [{ ...WIDE, name: 'b' }]],
  ['no live broker', [], [WIDE]],
])('%s: no warning', (_, zones, topics) => {
  expect(zoneWarnings([MAP], topics, viewOf(zones))).toEqual([]);
});

test('the replicas of a topic can be the default of its map', () => {
  const map = { ...MAP, topicDefaults: { partitions: 1, replicationFactor: 3 } };
  expect(zoneWarnings([map], [{ name: 'a.default' }], viewOf(['a', 'a', 'b']))).toEqual([
    expect.stringContaining('topics have up to 3 replicas'),
  ]);
});

test('a topic whose replicas are not known is ignored', () => {
  expect(zoneWarnings([MAP], [{ name: 'a.default' }], viewOf(['a', 'a', 'b']))).toEqual([]);
});

test('partitions that share a zone are counted on the brokers that have them', () => {
  const view = viewOf(['a', 'a', 'b'], [partition('t', 0, [1, 2]), partition('t', 1, [2, 3])]);

  expect([1, 2, 3].map((id) => partitionsSharingZone(id, view))).toEqual([1, 1, 0]);
});

test('brokers whose zone is unknown share no zone', () => {
  const replicas = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.constantFrom(1, 2), replicas, (self, ids) => {
      // Only brokers 1 and 2 are alive, in different zones.
      expect(partitionsSharingZone(self, viewOf(['a', 'b'], [partition('t', 0, ids)]))).toBe(0);
    }),
  );
});
