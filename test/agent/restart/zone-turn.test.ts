import { zoneTurnOf } from '../../../agent/restart/zone-turn';
import { clusterOf, partition } from '../views';

const brokers = [
  { id: 1, rack: 'a' },
  { id: 2, rack: 'b' },
  { id: 3, rack: 'c' },
  { id: 4, rack: 'a' },
];
const turn = (self: number, ...partitions: ReturnType<typeof partition>[]) =>
  zoneTurnOf(self, partitions, [clusterOf({ brokers, partitions })]);

test('brokers of a zone have the turn of their zone among all zones', () => {
  expect(turn(2, partition('a', 0, [1, 2, 3]))).toEqual({ position: 1, count: 3, staysOnline: true });
  expect(turn(4, partition('a', 0, [2, 3, 4]))).toMatchObject({ position: 0 });
});

test('brokers of a zone do not stop together if a partition has two replicas in the zone', () => {
  expect(turn(1, partition('a', 0, [1, 2, 3]), partition('b', 0, [1, 2, 4]))).toBeUndefined();
});

test('a broker that is not alive does not count', () => {
  expect(turn(1, partition('a', 0, [1, 2, 7], [1, 2]))).toMatchObject({ staysOnline: true });
});

test('a partition whose other replicas are out of sync would be offline', () => {
  expect(turn(1, partition('a', 0, [1, 2, 3], [1]))).toMatchObject({ staysOnline: false });
});

test('brokers without a zone have no turn', () => {
  const view = clusterOf({ brokers: [{ id: 1 }, { id: 2 }] });
  expect(zoneTurnOf(1, [partition('a', 0, [1, 2])], [view])).toBeUndefined();
});
