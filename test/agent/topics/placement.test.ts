import { Placement } from '../../../agent/topics/placement';

const brokers = (...zones: string[]) => zones.map((zone, index) => ({ id: index + 1, zone }));

function placed(placement: Placement, partitions: number, replicationFactor: number): number[][] {
  return Array.from({ length: partitions }, () => placement.place(replicationFactor));
}

test('deals leaders and zones in turn', () => {
  expect(placed(new Placement(brokers('a', 'b', 'c')), 3, 3)).toEqual([
    [1, 2, 3],
    [2, 3, 1],
    [3, 1, 2],
  ]);
});

test('prefers another zone to a broker with less', () => {
  const placement = new Placement(brokers('a', 'a', 'b'), [[3], [3], [3]]);
  expect(placement.place(2)).toEqual([1, 3]);
});

test('shares a zone when there are fewer zones than replicas', () => {
  expect(new Placement(brokers('a', 'a', 'b', 'b')).place(3)).toEqual([1, 3, 2]);
});

test('places on brokers without any zone', () => {
  expect(new Placement(brokers('', '', '')).place(3)).toEqual([1, 2, 3]);
});

test('gives the lead to whom leads least, counting what is there', () => {
  expect(new Placement(brokers('a', 'b', 'c'), [[1], [2]]).place(1)).toEqual([3]);
});

test('gives replicas to whom has least, counting what is there', () => {
  expect(new Placement(brokers('a', 'b', 'b', 'b'), [[2], [3, 4]]).place(2)).toEqual([1, 4]);
});

test('does not count replicas on brokers that it cannot place on', () => {
  const elsewhere = [[9, 8], [9]];
  expect(placed(new Placement(brokers('a', 'b', 'c'), elsewhere), 3, 2)).toEqual(
    placed(new Placement(brokers('a', 'b', 'c')), 3, 2),
  );
});

test('goes on from what it placed before', () => {
  const placement = new Placement(brokers('a', 'b'));
  expect([placement.place(1), placement.place(1), placement.place(1)]).toEqual([[1], [2], [1]]);
});

test('fails when there are fewer brokers than replicas', () => {
  expect(() => new Placement(brokers('a', 'b')).place(3)).toThrow('3 replicas cannot be placed on 2 brokers');
});
