import { Placement } from '../../../agent/topics/placement';

const brokers = (...zones: string[]) => zones.map((zone, index) => ({ id: index + 1, zone }));

/** How often each of the first brokers is in a list. */
const counts = (size: number, ids: readonly number[]) =>
  brokers(...Array(size).fill('a')).map(({ id }) => ids.filter((one) => one === id).length);

const leaders = (assignments: readonly number[][]) => assignments.map(([leader]) => leader);

test('deals leaders and zones in turn', () => {
  expect(new Placement(brokers('a', 'b', 'c')).placeTopic(3, 3)).toEqual([
    [1, 2, 3],
    [2, 3, 1],
    [3, 1, 2],
  ]);
});

test('prefers another zone to a broker with less', () => {
  const placement = new Placement(brokers('a', 'a', 'b'), [[3], [3], [3]]);
  expect(placement.placeTopic(1, 2)).toEqual([[1, 3]]);
});

test('shares a zone when there are fewer zones than replicas', () => {
  expect(new Placement(brokers('a', 'a', 'b', 'b')).placeTopic(1, 3)).toEqual([[1, 3, 2]]);
});

test('places on brokers without any zone', () => {
  expect(new Placement(brokers('', '', '')).placeTopic(1, 3)).toEqual([[1, 2, 3]]);
});

test('gives the lead to whom leads least, counting what is there', () => {
  expect(new Placement(brokers('a', 'b', 'c'), [[1], [2]]).placeTopic(1, 1)).toEqual([[3]]);
});

test('gives replicas to whom has least, counting what is there', () => {
  const placement = new Placement(brokers('a', 'b', 'b', 'b'), [[2], [3, 4]]);
  expect(placement.placeTopic(1, 2)).toEqual([[1, 4]]);
});

test('does not count replicas on brokers that it cannot place on', () => {
  const elsewhere = [[9, 8], [9]];
  expect(new Placement(brokers('a', 'b', 'c'), elsewhere).placeTopic(3, 2)).toEqual(
    new Placement(brokers('a', 'b', 'c')).placeTopic(3, 2),
  );
});

test('goes on from the topics that it placed before', () => {
  const placement = new Placement(brokers('a', 'b'));
  expect([1, 2, 3].map(() => placement.placeTopic(1, 1))).toEqual([[[1]], [[2]], [[1]]]);
});

test('spreads a topic evenly by itself, however uneven the load is', () => {
  const placement = new Placement(brokers('a', 'b', 'c'), Array(100).fill([1, 2]));
  const assignments = placement.placeTopic(6, 1);
  expect(counts(3, leaders(assignments))).toEqual([2, 2, 2]);
});

describe('a broker that is new, and so has nothing', () => {
  const all = brokers('a', 'b', 'c', 'a', 'b', 'c');
  const others = all.slice(0, 5);
  const withNew = () => new Placement(all, new Placement(others).placeTopic(300, 3));

  test('does not lead all partitions of a new topic', () => {
    expect(counts(6, leaders(withNew().placeTopic(12, 3)))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('gets what is left over', () => {
    const assignments = withNew().placeTopic(7, 3);
    expect(counts(6, leaders(assignments))).toEqual([1, 1, 1, 1, 1, 2]);
  });
});

test.each([
  ['2 and 1', 1, [2, 1]],
  ['1 and 2', 1, [1, 2]],
  ['2 and 1', 3, [2, 1]],
  ['1 and 2', 3, [1, 2]],
])('topics of %s replicas and %i partitions in turn keep two brokers level', (_, partitions, factors) => {
  const placement = new Placement(brokers('a', 'b'));
  const assignments: number[][] = [];
  for (let topic = 0; topic < 100; topic++) {
    assignments.push(...placement.placeTopic(partitions, factors[topic % 2]));
    for (const [one, other] of [counts(2, leaders(assignments)), counts(2, assignments.flat())]) {
      expect(Math.abs(one - other)).toBeLessThanOrEqual(2);
    }
  }
});

test('fails when there are fewer brokers than replicas', () => {
  const placement = new Placement(brokers('a', 'b'));
  expect(() => placement.placeTopic(1, 3)).toThrow('3 replicas cannot be placed on 2 brokers');
});

// replica on each broker, whom to let lead is not a question of replicas.
test('topics of 3 replicas and 1 in turn keep three brokers level', () => {
  const placement = new Placement(brokers('a', 'b', 'c'));
  const assignments = Array.from({ length: 100 }, (_, topic) => placement.placeTopic(1, topic % 2 ? 1 : 3));
  const led = counts(3, leaders(assignments.flat()));
  expect(Math.max(...led) - Math.min(...led)).toBeLessThanOrEqual(3);
});
