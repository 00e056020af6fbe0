import { brokersOfMap, placementBlockedReason } from '../../../agent/topics/brokers-of-map';
import { clusterOf } from '../views';

describe('brokers of a map', () => {
  const view = clusterOf({
    brokers: [
      { id: 1003, rack: 'c' },
      { id: 1001, rack: 'a' },
      { id: 2001, rack: 'b' },
    ],
  });

  test('are those alive, by id, with their zones', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, view).live).toEqual([
      { id: 1001, zone: 'a' },
      { id: 1003, zone: 'c' },
    ]);
  });

  test('are missing when they are not alive', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, view).missing).toEqual([1002]);
  });

  test('of another range do not count', () => {
    expect(brokersOfMap({ first: 3001, last: 3002 }, view)).toEqual({ live: [], missing: [3001, 3002] });
  });

  test('can be a single one', () => {
    expect(brokersOfMap({ first: 2001, last: 2001 }, view)).toEqual({
      live: [{ id: 2001, zone: 'b' }],
      missing: [],
    });
  });

  test('without a rack are in one zone without a name', () => {
    expect(brokersOfMap({ first: 1, last: 1 }, clusterOf({ brokers: [{ id: 1 }] })).live).toEqual([
      { id: 1, zone: '' },
    ]);
  });
});

describe('what stands in the way of replicas', () => {
  const live = (...zones: string[]) => zones.map((zone, index) => ({ id: index + 1, zone }));

  test.each([
    ['all brokers are there', live('a', 'b', 'c'), [], 3],
    ['all brokers are there, in fewer zones', live('a', 'a', 'b'), [], 3],
    ['all brokers are there, in no zone', live('', '', ''), [], 3],
    ['one is missing, and the others have zones enough', live('a', 'b', 'c'), [4], 3],
    ['one is missing, and it cannot be a zone of its own', live('a', 'a', 'a', 'b', 'b'), [6], 3],
    ['one is missing of a single zone', live('', '', ''), [4], 3],
    ['many are missing, and one replica is wanted', live('a'), [2, 3], 1],
  ])('nothing when %s', (_, alive, missing, factor) => {
    expect(placementBlockedReason({ live: alive, missing }, factor)).toBeUndefined();
  });

  test('missing brokers that may be a zone of a map that is spread evenly', () => {
    expect(placementBlockedReason({ live: live('a', 'a', 'a', 'b', 'b', 'b'), missing: [7, 8] }, 3)).toContain(
      'missing 7, 8',
    );
  });

  test('too few brokers', () => {
    expect(placementBlockedReason({ live: live('a', 'b'), missing: [] }, 3)).toBe(
      '3 replicas need as many brokers and, as far as there are, zones; alive are 1 (a), 2 (b)',
    );
  });

  test('a missing broker that may be the only one of its zone', () => {
    expect(placementBlockedReason({ live: live('a', 'a', 'b'), missing: [4, 5] }, 3)).toBe(
      '3 replicas need as many brokers and, as far as there are, zones; alive are 1 (a), 2 (a), 3 (b), missing 4, 5',
    );
  });

  test('nobody alive', () => {
    expect(placementBlockedReason({ live: [], missing: [1, 2, 3] }, 3)).toBe(
      '3 replicas need as many brokers and, as far as there are, zones; alive are none, missing 1, 2, 3',
    );
  });
});
