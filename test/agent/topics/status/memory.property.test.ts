import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import { AbsentTopic, NO_MEMORY, TopicMemory } from '../../../../agent/topics/plan/prune';
import { formatMemory, parseMemory } from '../../../../agent/topics/status/memory';
import { SPECIAL_NAMES } from '../worlds';

const RUNS = { numRuns: 300 };
const name = fc.oneof(
  fc.constantFrom(...SPECIAL_NAMES, '0', '42'),
  fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/),
);
const absentTopic: fc.Arbitrary<AbsentTopic> = fc.record({
  since: fc.nat(),
  list: name,
  isAccepted: fc.boolean(),
});
const memories: fc.Arbitrary<TopicMemory> = fc.record({
  declared: fc.array(fc.tuple(name, name)).map((entries) => new Map(entries)),
  absent: fc.array(fc.tuple(name, absentTopic)).map((entries) => new Map(entries)),
});

test('a memory is read as it was written', () => {
  fc.assert(
    fc.property(memories, (memory) => {
      expect(parseMemory(formatMemory(memory))).toEqual(memory);
    }),
    RUNS,
  );
});

test('equal memories have equal texts', () => {
  fc.assert(
    fc.property(memories, ({ declared, absent }) => {
      const reversed = {
        declared: new Map([...declared].reverse()),
        absent: new Map([...absent].reverse()),
      };
      expect(formatMemory(reversed)).toBe(formatMemory({ declared, absent }));
    }),
    RUNS,
  );
});

test('before the first run there is no memory', () => {
  expect(parseMemory(undefined)).toEqual(NO_MEMORY);
});

test('of a damaged text nothing is read', () => {
  fc.assert(
    fc.property(memories, fc.nat(), fc.string({ minLength: 1 }), (memory, at, change) => {
      const text = formatMemory(memory);
      const position = at % text.length;
      const damaged = text.slice(0, position) + change + text.slice(position + change.length);
      // Some letters of base64 and bytes of gzip have no meaning.
      const read = parseMemory(damaged);
      expect(read === undefined || formatMemory(read) === text).toBe(true);
    }),
    RUNS,
  );
});

const zipped = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');

test.each([
  ['an empty text', ''],
  ['no gzip', 'aaaa'],
  ['no JSON', gzipSync('{').toString('base64')],
  ['null', zipped(null)],
  ['an object without fields', zipped({})],
  ['other fields', zipped({ declared: 1, absent: {}, accepted: [] })],
  ['names without lists', zipped({ declared: ['a'], absent: {}, accepted: [] })],
  ['no acceptances', zipped({ declared: {}, absent: {} })],
])('of %s nothing is read', (_, text) => {
  expect(parseMemory(text)).toBeUndefined();
});

test('times that are not numbers are left out', () => {
  const text = zipped({ declared: { x: ['a'] }, absent: { x: { a: '1', b: null, c: 3 } }, accepted: ['c'] });
  expect(parseMemory(text)).toEqual({
    declared: new Map([['a', 'x']]),
    absent: new Map([['c', { since: 3, list: 'x', isAccepted: true }]]),
  });
});

test('10,000 topics fit into a ConfigMap', () => {
  const names = Array.from(
    { length: 10_000 },
    (_, index) => `team-${index % 97}.service-${index % 1009}.events-${index}`,
  );
  const memory = {
    declared: new Map(names.map((one) => [one, 'prod/topics'])),
    absent: new Map(names.map((one) => [one, { since: 1e12, list: 'prod/topics', isAccepted: false }])),
  };
  const text = formatMemory(memory);
  expect(gunzipSync(Buffer.from(text, 'base64')).length).toBeGreaterThan(500_000);
  expect(text.length).toBeLessThan(400_000);
});
