import fc from 'fast-check';
import { MapConfig } from '../../../../lib/seam/agent-config';
import { ClusterView } from '../../../../agent/kafka/cluster-view';
import { partitionsByTopic } from '../../../../agent/topics/plan/cluster-state';
import { TopicOwners } from '../../../../agent/topics/plan/topic-owners';
import { findUnmanagedTopics } from '../../../../agent/topics/plan/unmanaged-topics';
import { clusterOf, partition } from '../../views';

/** `both` matches two maps. Other names that begin neither with `s` nor with `a` match no map. */
const MAPS: readonly MapConfig[] = [
  { name: 'streams', patterns: ['s.*', 'both'], brokerIds: { first: 1, last: 3 } },
  { name: 'archive', patterns: ['a.*', 'both'], brokerIds: { first: 11, last: 13 } },
];
const NAMES = ['s0', 's1', 'a0', 'a1', 'both', 'none', '__consumer_offsets', '__none'];

interface Facts {
  readonly declared: readonly string[];
  readonly view: ClusterView;
}

const find = ({ declared, view }: Facts) =>
  findUnmanagedTopics(new Set(declared), 'ignore', new TopicOwners(MAPS), partitionsByTopic(view), view);

const input: fc.Arbitrary<Facts> = fc
  .record({
    declared: fc.subarray(NAMES),
    topics: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.array(fc.uniqueArray(fc.constantFrom(1, 2, 3, 11, 12, 13, 21), { minLength: 1, maxLength: 3 }), {
        maxLength: 3,
      }),
    ),
  })
  .map(({ declared, topics }) => ({
    declared,
    view: clusterOf({
      bareTopics: Object.keys(topics),
      partitions: Object.entries(topics).flatMap(([topic, lists]) =>
        lists.map((replicas, index) => partition(topic, index, replicas)),
      ),
    }),
  }));

test('exactly the topics without a declaration that are not on the brokers of one map are reported', () => {
  fc.assert(
    fc.property(input, (facts) => {
      const expected = [...facts.view.topics].filter((topic) => {
        const { first, last } = { s: MAPS[0].brokerIds, a: MAPS[1].brokerIds }[topic[0]] ?? {
          first: 1,
          last: 0,
        };
        const replicas = facts.view.partitions
          .filter((one) => one.topic === topic)
          .flatMap((one) => one.replicas);
        const isOnItsMap = /^[sa]/.test(topic) && replicas.every((id) => id >= first && id <= last);
        return !topic.startsWith('__') && !isOnItsMap && !facts.declared.includes(topic);
      });
      expect(
        find(facts)
          .flatMap(({ topics }) => topics)
          .sort(),
      ).toEqual(expected.sort());
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['other', [[1]], 'match no map'],
  ['both', [[1]], 'match more than one map'],
  ['s0', [[1], [2, 11]], 'have replicas outside of their map'],
])('topics like %s with replicas on %j %s', (topic, lists, place) => {
  const view = clusterOf({ partitions: lists.map((replicas, index) => partition(topic, index, replicas)) });
  expect(find({ declared: [], view })).toEqual([{ place, topics: [topic] }]);
});

test('topics in the same place are grouped and sorted', () => {
  const view = clusterOf({ bareTopics: ['x', 'both', 'b'] });
  expect(find({ declared: [], view })).toEqual([
    { place: 'match no map', topics: ['b', 'x'] },
    { place: 'match more than one map', topics: ['both'] },
  ]);
});
