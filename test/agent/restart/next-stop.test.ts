import { nextBrokerObstacle, nextControllerObstacle } from '../../../agent/restart/next-stop';
import { clusterOf, partition } from '../views';

const MIN_IN_SYNC = new Map([['a', 2]]);
const obstacle = (isr: number[], brokers = [1, 2, 3], minInSync: ReadonlyMap<string, number> = MIN_IN_SYNC) =>
  nextBrokerObstacle(
    { self: 3, next: 2 },
    clusterOf({ brokers, partitions: [partition('a', 0, [1, 2, 3], isr)] }),
    minInSync,
  );

describe('the next broker', () => {
  test('may stop if all replicas are in sync', () => {
    expect(obstacle([1, 2, 3])).toBeUndefined();
  });

  test('may not stop if its partitions need a broker that is down', () => {
    expect(obstacle([2, 3], [2, 3])).toBe(
      'without broker 2 too few replicas would be in the ISR of a-0 (1 of 2)',
    );
  });

  test('may stop if it is down itself', () => {
    expect(obstacle([1, 3], [1, 3])).toBeUndefined();
  });

  test('is not in the way if it lags', () => {
    expect(obstacle([1, 3])).toBeUndefined();
  });

  test('may stop although a topic cannot lose a replica', () => {
    expect(obstacle([1, 2, 3], [1, 2, 3], new Map([['a', 3]]))).toBeUndefined();
  });
});

test('the next controller may stop while a majority has caught up without it', () => {
  const quorum = (lagOfFirst: number) => ({
    leaderId: 3,
    voters: [1, 2, 3].map((id) => ({ id, logEndOffset: 7, lagMs: id === 1 ? lagOfFirst : 0 })),
    observers: [],
  });
  expect(nextControllerObstacle(2, quorum(0))).toBeUndefined();
  expect(nextControllerObstacle(2, quorum(60_000))).toContain('a majority is 2');
  expect(nextControllerObstacle(0, quorum(0))).toBeUndefined();
  expect(nextControllerObstacle(2, undefined)).toBeUndefined();
});
