import { hasCaughtUpOnce, isInAnyIsr } from '../../../agent/identity/membership';

const partition = (isr: number[]) => ({
  topic: 'orders',
  index: 0,
  leader: 1001,
  replicas: [1001, 1003],
  isr,
});

test.each([
  ['of all its partitions', [partition([1001, 1003])], true],
  ['of one of its partitions', [partition([1001]), partition([1001, 1003])], true],
  ['of none', [partition([1001])], false],
  ['without partitions', [], false],
])('a broker in the ISR %s', (_, partitions, expected) => {
  expect(isInAnyIsr(1003, partitions)).toBe(expected);
});

test('a broker without a view is not in an ISR', () => {
  expect(isInAnyIsr(1003, undefined)).toBe(false);
});

const voters = [
  { id: 3001, logEndOffset: 9, lagMs: 0 },
  { id: 3002, logEndOffset: 9, lagMs: 60_000 },
  { id: 3003, logEndOffset: 0 },
];

test.each([
  ['that leads', 3001, true],
  ['that lags', 3002, true],
  ['that has never caught up', 3003, false],
  ['that is not a voter', 3004, false],
])('a controller %s', (_, id, expected) => {
  expect(hasCaughtUpOnce(id, { voters })).toBe(expected);
});

test('a controller without a quorum has no vote that counts', () => {
  expect(hasCaughtUpOnce(3001, undefined)).toBe(false);
});
