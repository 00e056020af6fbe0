import fc from 'fast-check';
import { RefillSample, refillProgress } from '../../../agent/refill/refill-progress';

const MIB = 1_048_576;
/** A sample of partitions `[own, leader]` in MiB. */
const sample = (
  seconds: number,
  partitions: Readonly<Record<string, readonly [number, number]>>,
): RefillSample => ({
  at: 5_000 + seconds * 1_000,
  partitions: new Map(
    Object.entries(partitions).map(([name, [own, leader]]) => [
      name,
      { own: own * MIB, leader: leader * MIB },
    ]),
  ),
});

test('the first sample has no speed', () => {
  expect(refillProgress([sample(0, { 'a-0': [10, 110], 'a-1': [0, 50] })])).toEqual({
    partitions: 2,
    bytesLeft: 150 * MIB,
  });
});

test('the speed is the mean since the first sample, and the time follows from it', () => {
  const samples = [sample(0, { 'a-0': [0, 1_000] }), sample(15, {}), sample(20, { 'a-0': [400, 1_000] })];
  expect(refillProgress(samples)).toEqual({
    partitions: 1,
    bytesLeft: 600 * MIB,
    bytesPerSecond: 20 * MIB,
    secondsLeft: 30,
  });
});

test('a partition that has caught up counts as replicated', () => {
  const samples = [sample(0, { 'a-0': [0, 100], 'a-1': [0, 300] }), sample(10, { 'a-1': [100, 300] })];
  expect(refillProgress(samples)).toEqual({
    partitions: 1,
    bytesLeft: 200 * MIB,
    bytesPerSecond: 20 * MIB,
    secondsLeft: 10,
  });
});

test('records that are written meanwhile count for the speed, and not for the time', () => {
  const samples = [sample(0, { 'a-0': [0, 1_000] }), sample(10, { 'a-0': [300, 1_100] })];
  expect(refillProgress(samples)).toMatchObject({ bytesPerSecond: 30 * MIB, secondsLeft: 40 });
});

test('a broker that does not get closer has no time', () => {
  const samples = [sample(0, { 'a-0': [0, 1_000] }), sample(10, { 'a-0': [100, 1_100] })];
  expect(refillProgress(samples)).toEqual({
    partitions: 1,
    bytesLeft: 1_000 * MIB,
    bytesPerSecond: 10 * MIB,
  });
});

test('a replica that is larger than its leader has nothing left', () => {
  expect(refillProgress([sample(0, { 'a-0': [200, 100] })]).bytesLeft).toBe(0);
});

const sizes = fc.record({ own: fc.nat(1e9), leader: fc.nat(1e9) });
const partitionsOf = fc.dictionary(fc.constantFrom('a-0', 'a-1', 'b-0'), sizes);

test('no figure is negative or not a number', () => {
  fc.assert(
    fc.property(fc.array(partitionsOf, { minLength: 1, maxLength: 5 }), fc.nat(100), (all, seconds) => {
      const samples = all.map((partitions, index) => ({
        at: index * seconds * 1_000,
        partitions: new Map(Object.entries(partitions)),
      }));
      Object.values(refillProgress(samples)).forEach((figure) => expect(figure).toBeGreaterThanOrEqual(0));
    }),
  );
});
