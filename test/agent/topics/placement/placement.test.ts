import { Placement } from '../../../../agent/topics/placement/placement';

const brokers = (...zones: string[]) => zones.map((zone, index) => ({ id: index + 1, zone }));

/** Number of occurrences of each of the first brokers. */
const counts = (size: number, ids: readonly number[]) =>
  brokers(...Array(size).fill('a')).map(({ id }) => ids.filter((one) => one === id).length);

const leaders = (assignments: readonly number[][]) => assignments.map(([leader]) => leader);

test('alternates leaders and zones', () => {
  expect(new Placement(brokers('a', 'b', 'c')).placeTopic(3, 3)).toEqual([
    [1, 2, 3],
    [2, 3, 1],
    [3, 1, 2],
  ]);
});

test('prefers another zone to a broker with fewer replicas', () => {
  const placement = new Placement(brokers('a', 'a', 'b'), [[3], [3], [3]]);
  expect(placement.placeTopic(1, 2)).toEqual([[1, 3]]);
});

test('shares a zone if there are fewer zones than replicas', () => {
  expect(new Placement(brokers('a', 'a', 'b', 'b')).placeTopic(1, 3)).toEqual([[1, 3, 2]]);
});

test('places replicas on brokers without zones', () => {
  expect(new Placement(brokers('', '', '')).placeTopic(1, 3)).toEqual([[1, 2, 3]]);
});

test('chooses the broker with the fewest leaders, including existing ones', () => {
  expect(new Placement(brokers('a', 'b', 'c'), [[1], [2]]).placeTopic(1, 1)).toEqual([[3]]);
});

test('chooses the brokers with the fewest replicas, including existing ones', () => {
  const placement = new Placement(brokers('a', 'b', 'b', 'b'), [[2], [3, 4]]);
  expect(placement.placeTopic(1, 2)).toEqual([[1, 4]]);
});

test('ignores replicas on brokers that are not candidates', () => {
  const elsewhere = [[9, 8], [9]];
  expect(new Placement(brokers('a', 'b', 'c'), elsewhere).placeTopic(3, 2)).toEqual(
    new Placement(brokers('a', 'b', 'c')).placeTopic(3, 2),
  );
});

test('counts the topics that it has placed before', () => {
  const placement = new Placement(brokers('a', 'b'));
  expect([1, 2, 3].map(() => placement.placeTopic(1, 1))).toEqual([[[1]], [[2]], [[1]]]);
});

test('distributes each topic evenly, regardless of the existing load', () => {
  const placement = new Placement(brokers('a', 'b', 'c'), Array(100).fill([1, 2]));
  const assignments = placement.placeTopic(6, 1);
  expect(counts(3, leaders(assignments))).toEqual([2, 2, 2]);
});

describe('a new broker without replicas', () => {
  const all = brokers('a', 'b', 'c', 'a', 'b', 'c');
  const others = all.slice(0, 5);
  const withNew = () => new Placement(all, new Placement(others).placeTopic(300, 3));

  test('does not lead all partitions of a new topic', () => {
    expect(counts(6, leaders(withNew().placeTopic(12, 3)))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('gets the remaining partition', () => {
    const assignments = withNew().placeTopic(7, 3);
    expect(counts(6, leaders(assignments))).toEqual([1, 1, 1, 1, 1, 2]);
  });
});

test.each([
  ['2 and 1', 1, [2, 1]],
  ['1 and 2', 1, [1, 2]],
  ['2 and 1', 3, [2, 1]],
  ['1 and 2', 3, [1, 2]],
])(
  'topics of alternately %s replicas and %i partitions keep two brokers balanced',
  (_, partitions, factors) => {
    const placement = new Placement(brokers('a', 'b'));
    const assignments: number[][] = [];
    for (let topic = 0; topic < 100; topic++) {
      assignments.push(...placement.placeTopic(partitions, factors[topic % 2]));
      for (const [one, other] of [counts(2, leaders(assignments)), counts(2, assignments.flat())]) {
        expect(Math.abs(one - other)).toBeLessThanOrEqual(2);
      }
    }
  },
);

test('fails if there are fewer brokers than replicas', () => {
  const placement = new Placement(brokers('a', 'b'));
  expect(() => placement.placeTopic(1, 3)).toThrow('3 replicas cannot be placed on 2 brokers');
});

// With a replica on every broker, the choice of the leader does not depend on replicas.
test('topics of alternately 3 replicas and 1 replica keep three brokers balanced', () => {
  const placement = new Placement(brokers('a', 'b', 'c'));
  const assignments = Array.from({ length: 100 }, (_, topic) => placement.placeTopic(1, topic % 2 ? 1 : 3));
  const led = counts(3, leaders(assignments.flat()));
  expect(Math.max(...led) - Math.min(...led)).toBeLessThanOrEqual(3);
});
