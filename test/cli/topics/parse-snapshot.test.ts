import fc from 'fast-check';
import { KindError } from '../../../cli/kinds';
import { SnapshotVersionError, parseSnapshot } from '../../../cli/topics/parse-snapshot';
import { Snapshot, snapshotJson } from '../../../agent/topics/snapshot/snapshot';
import { clusterOf, partition } from '../../agent/views';
import { listOf } from '../../agent/topics/fake-kubernetes';

const SNAPSHOT: Snapshot = {
  clusterName: 'events',
  namespace: 'kafka',
  takenAt: Date.UTC(2026, 10, 30, 10),
  state: {
    view: clusterOf({
      brokers: [{ id: 1, rack: 'a' }, { id: 2 }],
      partitions: [partition('events.orders', 0, [1, 2]), partition('events.orders', 1, [2])],
      bareTopics: ['events.new'],
    }),
    settings: new Map([['events.orders', new Map([['retention.ms', '1']])]]),
    pods: new Map([['streams', new Set([1, 2])]]),
    cordoned: new Set([2]),
  },
  lists: [listOf([], { topicPatterns: ['events.*'], checksum: 'x' }, ['missing'])],
  memory: 'H4sI',
  sizes: new Map([['events.orders-1', 5]]),
  isDecreaseAccepted: true,
  areSettingsHeld: false,
};
const JSON_TEXT = snapshotJson(SNAPSHOT);

type Changed = Record<string, unknown>;

/** The JSON of the snapshot with changed fields; undefined removes a field. */
const changed = (change: Changed) => JSON.stringify({ ...(JSON.parse(JSON_TEXT) as Changed), ...change });

test('sizes that are unknown take little space', () => {
  expect(JSON.parse(JSON_TEXT)).toMatchObject({ sizes: { 'events.orders': [null, 5], 'events.new': [] } });
});

test('sizes can be absent', () => {
  expect(parseSnapshot(changed({ sizes: undefined })).sizes).toEqual(new Map());
  expect(parseSnapshot(JSON_TEXT).sizes).toEqual(SNAPSHOT.sizes);
});

test.each<[Changed, string]>([
  [
    { topics: { 'events.orders': [[1], null] } },
    "topics['events.orders'][1] is null, expected a list of broker ids",
  ],
  [{ topics: { a: null } }, "topics['a'] is null, expected a list of replica lists"],
  [{ topics: { a: [['1']] } }, "topics['a'][0][0] is '1', expected a whole number"],
  [{ topics: [] }, 'topics is a list, expected an object'],
  [{ topics: undefined }, 'topics is missing, expected an object'],
  [{ brokers: [{ id: 1.5 }] }, 'brokers[0].id is 1.5, expected a whole number'],
  [{ brokers: [{ id: 1, zone: 7 }] }, 'brokers[0].zone is 7, expected a text'],
  [{ settings: { a: { b: 1 } } }, "settings['a']['b'] is 1, expected a text"],
  [{ pods: null }, 'pods is null, expected an object'],
  [{ cordoned: 'none' }, "cordoned is 'none', expected a list"],
  [{ lists: [{ files: [], missing: [] }] }, 'lists[0].list is missing, expected an object'],
  [
    {
      lists: [{ list: { namespace: 'a', configMapName: 'b', topicPatterns: ['('] }, files: [], missing: [] }],
    },
    "lists[0].list.topicPatterns[0] is '(', expected a topic pattern",
  ],
  [{ sizes: { a: [-1] } }, "sizes['a'][0] is -1, expected a whole number"],
  [{ isDecreaseAccepted: 'yes' }, "isDecreaseAccepted is 'yes', expected true or false"],
  [{ namespace: undefined }, 'namespace is missing, expected a text'],
  [{ takenAt: 'yesterday' }, "takenAt is 'yesterday', expected a time such as 2026-11-30T10:00:00.000Z"],
  [{ takenAt: '2026-02-30T10:00:00.000Z' }, "takenAt is '2026-02-30T10:00:00.000Z', expected a time"],
  [{ takenAt: 0 }, 'takenAt is 0, expected a time'],
  [{ version: '2' }, "version is '2', expected a whole number"],
])('%j is not a snapshot', (change, message) => {
  expect(() => parseSnapshot(changed(change))).toThrow(KindError);
  expect(() => parseSnapshot(changed(change))).toThrow(message);
});

test.each(['null', '[]', '5', '"text"', '{}'])('%s is not a snapshot', (json) => {
  expect(() => parseSnapshot(json)).toThrow(KindError);
});

test.each([
  [1, true],
  [3, false],
])('a snapshot of version %d is of another version of this package', (version, isOlder) => {
  const parse = () => parseSnapshot(changed({ version, topics: null }));
  expect(parse).toThrow(SnapshotVersionError);
  expect(parse).toThrow(`version of the snapshot is ${version}, this version of cdk8s-kafka reads 2`);
  expect(new SnapshotVersionError(version).isOlder).toBe(isOlder);
});

test('a field of any other kind is reported, or read', () => {
  const names = Object.keys(JSON.parse(JSON_TEXT) as object).filter((name) => name !== 'version');
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
      try {
        parseSnapshot(changed({ [name]: value }));
      } catch (error) {
        expect(error).toBeInstanceOf(KindError);
      }
    }),
    { numRuns: 300 },
  );
});
