import {
  MissingBroker,
  brokersOfMap,
  placementBlockedReason,
} from '../../../../agent/topics/placement/brokers-of-map';
import { clusterOf } from '../../views';

/** Brokers that are not registered. */
const gone = (...ids: number[]) => ids.map((id): MissingBroker => ({ id, reason: 'it is not registered' }));

describe('brokers of a map', () => {
  const view = clusterOf({
    brokers: [
      { id: 1003, rack: 'c' },
      { id: 1001, rack: 'a' },
      { id: 2001, rack: 'b' },
    ],
  });

  test('are the live ones, by id, with their zones', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, { view }).live).toEqual([
      { id: 1001, zone: 'a' },
      { id: 1003, zone: 'c' },
    ]);
  });

  test('are missing if they are not live', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, { view }).missing).toEqual(gone(1002));
  });

  test('of another id range are ignored', () => {
    expect(brokersOfMap({ first: 3001, last: 3002 }, { view })).toEqual({
      live: [],
      cordoned: [],
      missing: gone(3001, 3002),
    });
  });

  test('can be a single broker', () => {
    expect(brokersOfMap({ first: 2001, last: 2001 }, { view })).toEqual({
      live: [{ id: 2001, zone: 'b' }],
      cordoned: [],
      missing: [],
    });
  });

  test('are missing if they have no pod, although their session has not ended', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, { view, pods: new Set([1002, 1003]) })).toEqual({
      live: [{ id: 1003, zone: 'c' }],
      cordoned: [],
      missing: [{ id: 1001, reason: 'it has no pod' }, ...gone(1002)],
    });
  });

  test('are neither live nor missing if they are cordoned: nobody has to wait for them', () => {
    expect(brokersOfMap({ first: 1001, last: 1003 }, { view, cordoned: new Set([1001]) })).toEqual({
      live: [{ id: 1003, zone: 'c' }],
      cordoned: [{ id: 1001, zone: 'a' }],
      missing: gone(1002),
    });
  });

  test('without a rack are in one unnamed zone', () => {
    expect(brokersOfMap({ first: 1, last: 1 }, { view: clusterOf({ brokers: [{ id: 1 }] }) }).live).toEqual([
      { id: 1, zone: '' },
    ]);
  });
});

describe('placement of replicas', () => {
  const live = (...zones: string[]) => zones.map((zone, index) => ({ id: index + 1, zone }));

  test.each([
    ['all brokers are live', live('a', 'b', 'c'), [], 3],
    ['all brokers are live, in fewer zones than replicas', live('a', 'a', 'b'), [], 3],
    ['all brokers are live, without zones', live('', '', ''), [], 3],
    ['one broker is missing, and the others span enough zones', live('a', 'b', 'c'), [4], 3],
    ['one broker is missing that cannot be a whole zone', live('a', 'a', 'a', 'b', 'b'), [6], 3],
    ['one broker of a single zone is missing', live('', '', ''), [4], 3],
    ['many brokers are missing, and the topic has one replica', live('a'), [2, 3], 1],
  ])('is possible if %s', (_, alive, missing, factor) => {
    expect(
      placementBlockedReason({ live: alive, cordoned: [], missing: gone(...missing) }, factor),
    ).toBeUndefined();
  });

  test('is blocked by missing brokers that may be a whole zone', () => {
    expect(
      placementBlockedReason(
        { live: live('a', 'a', 'a', 'b', 'b', 'b'), cordoned: [], missing: gone(7, 8) },
        3,
      ),
    ).toContain('missing brokers: 7, 8');
  });

  test('is blocked by a zone whose brokers are cordoned: replicas would share another zone permanently', () => {
    const brokers = {
      live: live('a', 'a', 'b', 'b'),
      cordoned: [
        { id: 5, zone: 'c' },
        { id: 6, zone: 'c' },
      ],
      missing: [],
    };
    expect(placementBlockedReason(brokers, 3)).toBe(
      '3 replicas require 3 live brokers, in different zones if the map has enough; live brokers: 1 (a), 2 (a), 3 (b), 4 (b); ' +
        'cordoned brokers: 5 (c), 6 (c)',
    );
    expect(placementBlockedReason(brokers, 2)).toBeUndefined();
  });

  test('is blocked by too few brokers', () => {
    expect(placementBlockedReason({ live: live('a', 'b'), cordoned: [], missing: [] }, 3)).toBe(
      '3 replicas require 3 live brokers, in different zones if the map has enough; live brokers: 1 (a), 2 (b)',
    );
  });

  test('is blocked by missing brokers, one of which may be the only broker of its zone', () => {
    expect(placementBlockedReason({ live: live('a', 'a', 'b'), cordoned: [], missing: gone(4, 5) }, 3)).toBe(
      '3 replicas require 3 live brokers, in different zones if the map has enough; live brokers: 1 (a), 2 (a), 3 (b); ' +
        'missing brokers: 4, 5',
    );
  });

  test('is blocked if no broker is live', () => {
    expect(placementBlockedReason({ live: [], cordoned: [], missing: gone(1, 2, 3) }, 3)).toBe(
      '3 replicas require 3 live brokers, in different zones if the map has enough; live brokers: none; missing brokers: 1, 2, 3',
    );
  });
});
