import { Placement } from '../../../../agent/topics/placement/placement';
import { MAPS, balanceOf, brokersInZones } from '../../../../bench/placement-balance';

const TOPICS = 100;
const PARTITIONS = 12;

/** Places topics in a new map with these zones. */
function placed(zones: readonly number[]) {
  const brokers = brokersInZones(zones);
  const placement = new Placement(brokers);
  const partitions = Array.from({ length: TOPICS }, () => placement.placeTopic(PARTITIONS, 3)).flat();
  return { brokers, partitions, ...balanceOf(brokers, partitions) };
}

describe.each(MAPS)('zones of %i, %i and %i brokers', (...zones) => {
  let result: ReturnType<typeof placed>;
  beforeAll(() => (result = placed(zones)));

  test('leaders differ by one from even at most', () => {
    const even = (TOPICS * PARTITIONS) / result.brokers.length;
    expect(result.leaders.least).toBeGreaterThanOrEqual(Math.floor(even) - 1);
    expect(result.leaders.most).toBeLessThanOrEqual(Math.ceil(even) + 1);
  });

  test('the leaders of a broker move to many brokers when it fails', () => {
    const successors = result.brokers.length - Math.max(...zones);
    const limit = result.brokers.length >= 12 ? 0.25 : 1.3 / successors;
    expect(result.successorShare).toBeLessThanOrEqual(limit);
  });

  test('as many brokers as possible fill a new disk', () => {
    const inOtherZones = result.brokers.length - Math.max(...zones);
    // Each replica has two others. A few of them are on the same broker.
    const others = 2 * result.replicas.least;
    expect(result.sources.least).toBeGreaterThanOrEqual(Math.min(inOtherZones, Math.floor(0.9 * others)));
  });
});

test('a map without zones is balanced too', () => {
  const { leaders, replicas, successorShare, sources } = placed([12]);
  expect([leaders, replicas.most - replicas.least <= 3]).toEqual([{ least: 100, most: 100 }, true]);
  expect(successorShare).toBeLessThanOrEqual(0.25);
  expect(sources.least).toBe(11);
});

test('existing partitions count: new ones avoid the pairs of brokers that share many', () => {
  const brokers = brokersInZones([2, 2, 2]);
  // Brokers 1001, 1002 and 1003 share everything, and so do the others.
  const existing = Array.from({ length: 120 }, (_, index) => {
    const group = index % 2 === 0 ? [1001, 1002, 1003] : [1004, 1005, 1006];
    return [0, 1, 2].map((at) => group[(index + at) % 3]);
  });
  const added = new Placement(brokers, existing).placeTopic(120, 3);
  const groups = added.map((replicas) => replicas.filter((id) => id <= 1003).length);
  expect(groups.filter((size) => size === 0 || size === 3).length).toBeLessThanOrEqual(12);
});
