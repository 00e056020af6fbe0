import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { DeclaredTopicConfig } from '../../../lib/seam/agent-config';
import { TopicTree, sizeProblem } from '../../../lib/topics/topic-tree';

const LIMIT = 200 * 1024;

/** Texts of which a few fill a ConfigMap. */
const text = fc
  .tuple(fc.string({ unit: 'grapheme' }), fc.nat({ max: 30_000 }))
  .map(([short, length]) => `${short}${'x'.repeat(length)}`);

const topic: fc.Arbitrary<DeclaredTopicConfig> = fc.record(
  {
    name: fc.stringMatching(/^[a-zA-Z0-9._-]{1,60}$/),
    partitions: fc.integer({ min: 1, max: 1000 }),
    config: fc.dictionary(fc.stringMatching(/^[a-z.]{1,20}$/), text, { maxKeys: 2, noNullPrototype: true }),
    owner: fc.string(),
  },
  { requiredKeys: ['name', 'config'], noNullPrototype: true },
);
const topicLists = fc.uniqueArray(topic, { selector: ({ name }) => name, maxLength: 60, size: 'max' });

function treeOf(topics: readonly DeclaredTopicConfig[]): TopicTree {
  const tree = new TopicTree();
  topics.forEach((one) => tree.add(one));
  return tree;
}

/** The texts of a list by the bits of their leaves. */
function textsOf(topics: readonly DeclaredTopicConfig[]): Record<string, string> {
  const tree = treeOf(topics);
  return Object.fromEntries(tree.leaves.map((bits) => [bits, tree.render(bits)]));
}

const read = (text: string): DeclaredTopicConfig[] => JSON.parse(text);
const byName = (a: DeclaredTopicConfig, b: DeclaredTopicConfig) => (a.name < b.name ? -1 : 1);
// Lists of this size take minutes to shrink.
const RUNS = { numRuns: 50, endOnFailure: true };
const isProperty = (property: fc.IProperty<[DeclaredTopicConfig[]]>) => fc.assert(property, RUNS);

function bitsOf(name: string): string {
  const bytes = [...createHash('sha256').update(name).digest()];
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

test('every topic is in one leaf, and every leaf is sorted', () => {
  isProperty(
    fc.property(topicLists, (topics) => {
      const leaves = Object.values(textsOf(topics)).map(read);

      expect(leaves.flat().sort(byName)).toEqual([...topics].sort(byName));
      leaves.forEach((leaf) => expect(leaf).toEqual([...leaf].sort(byName)));
    }),
  );
});

test('a topic is in the leaf whose bits begin the SHA-256 of its name', () => {
  isProperty(
    fc.property(topicLists, (topics) => {
      for (const [bits, text] of Object.entries(textsOf(topics))) {
        read(text).forEach(({ name }) => expect(bitsOf(name).startsWith(bits)).toBe(true));
      }
    }),
  );
});

test('the leaves cover all hashes once', () => {
  isProperty(
    fc.property(topicLists, (topics) => {
      const { leaves } = treeOf(topics);
      expect(leaves.reduce((sum, bits) => sum + 2 ** -bits.length, 0)).toBe(1);
      expect(leaves).toEqual([...new Set(leaves)].sort());
    }),
  );
});

test('every leaf fits into a ConfigMap', () => {
  isProperty(
    fc.property(topicLists, (topics) => {
      for (const text of Object.values(textsOf(topics))) {
        expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(LIMIT);
      }
    }),
  );
});

test('a node is divided only if its topics do not fit', () => {
  isProperty(
    fc.property(topicLists, (topics) => {
      const leaves = Object.keys(textsOf(topics));
      for (const parent of new Set(leaves.filter((bits) => bits !== '').map((bits) => bits.slice(0, -1)))) {
        const own = topics.filter(({ name }) => bitsOf(name).startsWith(parent));
        const text = `[\n${own.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`;
        expect(Buffer.byteLength(JSON.stringify(text))).toBeGreaterThan(LIMIT - 10);
      }
    }),
  );
});

test('the order of topics makes no difference', () => {
  fc.assert(
    fc.property(
      topicLists.chain((topics) =>
        fc.tuple(
          fc.constant(topics),
          fc.shuffledSubarray(topics, { minLength: topics.length, maxLength: topics.length }),
        ),
      ),
      ([topics, shuffled]) => {
        expect(textsOf(shuffled)).toEqual(textsOf(topics));
        expect(treeOf(shuffled).lines.sort()).toEqual(treeOf(topics).lines.sort());
      },
    ),
    RUNS,
  );
});

test('one more topic changes one leaf, or divides it', () => {
  fc.assert(
    fc.property(topicLists, topic, (topics, added) => {
      fc.pre(topics.every(({ name }) => name !== added.name));
      const before = textsOf(topics);
      const after = textsOf([...topics, added]);
      const changed = Object.keys(before).filter((bits) => after[bits] !== before[bits]);
      const isNew = (bits: string) => !(bits in before);

      expect(changed).toHaveLength(1);
      expect(bitsOf(added.name).startsWith(changed[0])).toBe(true);
      expect(
        Object.keys(after)
          .filter(isNew)
          .every((bits) => bits.startsWith(changed[0])),
      ).toBe(true);
      expect(Object.keys(after).some(isNew)).toBe(!(changed[0] in after));
    }),
    RUNS,
  );
});

test('the limit is in bytes, not in characters', () => {
  const config = { note: '€'.repeat(2000) };
  const texts = Object.values(
    textsOf(Array.from({ length: 100 }, (_, index) => ({ name: `topic-${index}`, config }))),
  );

  expect(texts.length).toBeGreaterThan(1);
  expect(Math.max(...texts.map((text) => Buffer.byteLength(JSON.stringify(text))))).toBeLessThan(LIMIT);
});

test('a topic that fits into no ConfigMap is a problem', () => {
  const ofBytes = (bytes: number) => ({ name: 'orders', config: { note: 'x'.repeat(bytes) } });
  // The rest is the name, and escaped quotes and line breaks.
  const most = LIMIT - 61;

  expect(sizeProblem(ofBytes(most))).toBeUndefined();
  expect(treeOf([ofBytes(most)]).leaves).toEqual(['']);
  expect(sizeProblem(ofBytes(most + 1))).toBe(
    `topic 'orders' takes ${LIMIT + 1} bytes, at most ${LIMIT} fit into a ConfigMap; shorten its settings or labels`,
  );
});

test('each line has one topic, for a readable diff', () => {
  expect(
    textsOf([
      { name: 'b', partitions: 1 },
      { name: 'a', replicationFactor: 3, config: { y: '2', z: '1' } },
    ]),
  ).toEqual({
    '': '[\n{"name":"a","replicationFactor":3,"config":{"y":"2","z":"1"}},\n{"name":"b","partitions":1}\n]\n',
  });
});

test('a list without topics is an empty JSON array', () => {
  expect(read(new TopicTree().render(''))).toEqual([]);
});
