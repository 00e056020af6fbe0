import fc from 'fast-check';
import { planDigest } from '../../../../agent/topics/plan/plan-run';
import { TopicPlan, hasChanges } from '../../../../agent/topics/plan/topic-plan';
import { NOTHING } from '../plan-input';

type Changes = Pick<TopicPlan, 'create' | 'addPartitions' | 'changeSettings' | 'delete'>;

const name = fc.constantFrom('a', 'b', 'a,b', '__proto__');
const value = fc.constantFrom('1', '2', '1,2');
const values = fc.dictionary(name, value, { noNullPrototype: true });
const assignments = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }), {
  maxLength: 2,
});
const count = fc.integer({ min: 1, max: 3 });
const changes: fc.Arbitrary<Changes> = fc.record({
  create: fc.array(fc.record({ name, assignments, config: values }), { maxLength: 2 }),
  addPartitions: fc.array(fc.record({ name, from: count, count, assignments }), { maxLength: 2 }),
  changeSettings: fc.array(fc.record({ name, set: values, remove: fc.uniqueArray(name), from: values }), {
    maxLength: 2,
  }),
  delete: fc.array(fc.record({ name, absentSince: fc.nat() }), { maxLength: 2 }),
});
const planWith = (parts: Partial<TopicPlan>): TopicPlan => ({ ...NOTHING, ...parts });

/** Text that is equal for equal changes. */
function textOf({ delete: deleted, ...rest }: Changes): string {
  const sorted = (_: string, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))
      : one;
  const changeSettings = rest.changeSettings.map((change) => ({
    ...change,
    remove: [...change.remove].sort(),
  }));
  return JSON.stringify({ ...rest, changeSettings, deleted: deleted.map((topic) => topic.name) }, sorted);
}

test('plans have equal digests exactly if they make the same changes', () => {
  fc.assert(
    fc.property(changes, changes, (one, other) => {
      expect(planDigest(planWith(one)) === planDigest(planWith(other))).toBe(textOf(one) === textOf(other));
    }),
    { numRuns: 3_000 },
  );
});

const reordered = (record: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(record).reverse()) as Record<string, string>;

test('the order of settings does not matter', () => {
  fc.assert(
    fc.property(changes, (one) => {
      const other = {
        ...one,
        create: one.create.map((topic) => ({ ...topic, config: reordered(topic.config) })),
        changeSettings: one.changeSettings.map((change) => ({
          ...change,
          set: reordered(change.set),
          from: reordered(change.from),
          remove: [...change.remove].reverse(),
        })),
      };
      expect(planDigest(planWith(other))).toBe(planDigest(planWith(one)));
    }),
  );
});

const TOPIC = { name: 'a', assignments: [[1, 2]], config: { x: '1' } };
const ADDED = { name: 'a', from: 1, count: 2, assignments: [[1]] };
const CHANGED = { name: 'a', set: { x: '1' }, remove: ['y'], from: { x: undefined, y: '2' } };
const BASE = planWith({
  create: [TOPIC],
  addPartitions: [ADDED],
  changeSettings: [CHANGED],
  delete: [{ name: 'd', absentSince: 1 }],
});

test.each<[string, Partial<TopicPlan>]>([
  ['no creation', { create: [] }],
  ['another name', { create: [{ ...TOPIC, name: 'b' }] }],
  ['another leader', { create: [{ ...TOPIC, assignments: [[2, 1]] }] }],
  [
    'another partition',
    {
      create: [
        {
          ...TOPIC,
          assignments: [
            [1, 2],
            [1, 2],
          ],
        },
      ],
    },
  ],
  ['another setting', { create: [{ ...TOPIC, config: { x: '2' } }] }],
  ['another number of partitions', { addPartitions: [{ ...ADDED, count: 3 }] }],
  ['another present number of partitions', { addPartitions: [{ ...ADDED, from: 0 }] }],
  ['other added replicas', { addPartitions: [{ ...ADDED, assignments: [[2]] }] }],
  ['another new value', { changeSettings: [{ ...CHANGED, set: { x: '2' } }] }],
  ['another removed setting', { changeSettings: [{ ...CHANGED, remove: ['z'] }] }],
  ['another present value', { changeSettings: [{ ...CHANGED, from: { x: '0', y: '2' } }] }],
  ['another deletion', { delete: [{ name: 'e', absentSince: 1 }] }],
  ['one deletion more', { delete: [...BASE.delete, { name: 'e', absentSince: 1 }] }],
])('%s is another plan', (_, change) => {
  expect(planDigest({ ...BASE, ...change })).not.toBe(planDigest(BASE));
});

test.each<[string, Partial<TopicPlan>]>([
  ['moves', { moves: [{ topic: 'a', partition: 0, from: [1], to: [2] }] }],
  ['drift', { drift: [{ topic: 'a', message: 'differs' }] }],
  ['the time since a topic is absent', { delete: [{ name: 'd', absentSince: 2 }] }],
  ['topics that wait', { waiting: [{ topic: 'a', message: 'waits' }] }],
])('%s is not a change', (_, change) => {
  expect(planDigest({ ...BASE, ...change })).toBe(planDigest(BASE));
});

test('a digest is 16 hexadecimal digits, as the argument of a Job has them', () => {
  expect(planDigest(NOTHING)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, Partial<TopicPlan>, boolean]>([
  [
    'no changes',
    { moves: [{ topic: 'a', partition: 0, from: [1], to: [2] }], drift: [{ topic: 'a', message: '' }] },
    false,
  ],
  ['a creation', { create: [TOPIC] }, true],
  ['partitions', { addPartitions: [ADDED] }, true],
  ['settings', { changeSettings: [CHANGED] }, true],
  ['a deletion', { delete: BASE.delete }, true],
])('a plan with %s', (_, change, expected) => {
  expect(hasChanges(planWith(change))).toBe(expected);
});
