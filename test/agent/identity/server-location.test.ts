import fc from 'fast-check';
import { LedgerEntry } from '../../../agent/identity/ledger';
import { ServerLocation, locationOf, seenAt } from '../../../agent/identity/server-location';

const JANUARY = '2026-01-01T12:00:00.000Z';
const MARCH = '2026-03-01T12:00:00.000Z';
const A: ServerLocation = { node: 'node-a', zone: 'a', volumes: ['local-1'], disks: ['d1'] };
const B: ServerLocation = { node: 'node-b', zone: 'b', volumes: ['local-2'], disks: ['d2'] };
const atA: LedgerEntry = { ...A, firstInSync: JANUARY, firstSeen: JANUARY, lastSeen: JANUARY };

test('a new server is seen for the first time', () => {
  expect(seenAt(undefined, A, MARCH)).toEqual({ ...A, firstSeen: MARCH, lastSeen: MARCH });
});

test('a server at the same location has been seen again', () => {
  expect(seenAt(atA, A, MARCH)).toEqual({ ...atA, lastSeen: MARCH });
});

test('the location before a move remains, with the last time at which the server was there', () => {
  expect(seenAt(atA, B, MARCH)).toEqual({
    ...atA,
    ...B,
    lastSeen: MARCH,
    formerLocations: [{ ...A, until: JANUARY }],
  });
});

test('a new disk of the same node is a move', () => {
  const moved = seenAt(atA, { ...A, volumes: ['local-9'], disks: ['d9'] }, MARCH);
  expect(moved.formerLocations).toEqual([{ ...A, until: JANUARY }]);
});

test('a network volume on another node is a move', () => {
  expect(seenAt(atA, { ...A, node: 'node-b' }, MARCH).formerLocations).toHaveLength(1);
});

test('the order of the disks is not a move', () => {
  const both = { ...A, disks: ['d1', 'd2'] };
  expect(
    seenAt({ ...atA, ...both }, { ...both, disks: ['d2', 'd1'] }, MARCH).formerLocations,
  ).toBeUndefined();
});

test('a location without zone and volumes keeps none of the former one', () => {
  const { node, disks } = B;
  expect(locationOf(seenAt(atA, { node, disks }, MARCH))).toEqual({ node, disks });
});

test('an entry of an earlier version has disks and no location', () => {
  const old: LedgerEntry = { firstInSync: JANUARY, disks: ['d1'] };
  expect(locationOf(old)).toBeUndefined();
  expect(seenAt(old, B, MARCH)).toEqual({ firstInSync: JANUARY, ...B, firstSeen: MARCH, lastSeen: MARCH });
});

const locations = fc.array(fc.constantFrom(A, B, { ...A, disks: ['d3'] }), { minLength: 1, maxLength: 40 });

test('an entry has the last location, and at most ten others, each different from its successor', () => {
  fc.assert(
    fc.property(locations, (path) => {
      const entry = path.reduce<LedgerEntry>(
        (before, location, hour) => seenAt(before, location, new Date(hour * 3_600_000).toISOString()),
        {},
      );
      const { formerLocations = [] } = entry;
      const moves = path.filter((location, index) => index > 0 && location !== path[index - 1]).length;
      expect(locationOf(entry)).toEqual(path.at(-1));
      expect(entry.firstSeen).toBe(new Date(0).toISOString());
      expect(formerLocations).toHaveLength(Math.min(moves, 10));
      const places = [locationOf(entry), ...formerLocations.map(({ until: _until, ...place }) => place)];
      places.slice(1).forEach((place, index) => expect(place).not.toEqual(places[index]));
    }),
  );
});

test('the loss of data and the first membership are kept', () => {
  const acceptedLoss = { until: MARCH, by: 'jane', reason: 'disk', pod: 'pod-1', givenUp: 'a-0' };
  expect(seenAt({ ...atA, acceptedLoss, quorumKind: 'static' }, B, MARCH)).toMatchObject({
    firstInSync: JANUARY,
    acceptedLoss,
    quorumKind: 'static',
  });
});
