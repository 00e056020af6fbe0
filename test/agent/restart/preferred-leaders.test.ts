import fc from 'fast-check';
import {
  INITIAL_ELECTION_STATE,
  nextElection,
  nextBatchSize,
} from '../../../agent/restart/preferred-leaders';
import { clusterOf, partition } from '../views';

const SELF = 3;
const led = (leader: number, replicas = [3, 1, 2], isr = replicas) => ({
  ...partition('a', 0, replicas, isr),
  leader,
});
const view = (...partitions: ReturnType<typeof led>[]) => clusterOf({ brokers: [1, 2, 3], partitions });

test('requests an election for a preferred partition with another leader', () => {
  const { elect, state } = nextElection(INITIAL_ELECTION_STATE, SELF, view(led(1)), 0);
  expect([elect.map(({ topic }) => topic), state]).toEqual([
    ['a'],
    { attempts: 1, triedAt: 0, isComplete: false },
  ]);
});

test.each([
  ['it is the leader already', led(3)],
  ['another broker is preferred', led(1, [1, 3, 2])],
  ['it is not in sync', led(1, [3, 1, 2], [1, 2])],
])('requests nothing if %s', (_, seen) => {
  expect(nextElection(INITIAL_ELECTION_STATE, SELF, view(seen), 0)).toMatchObject({
    elect: [],
    state: { attempts: 0, isComplete: true },
  });
});

test('retries only after a pause', () => {
  const { state } = nextElection(INITIAL_ELECTION_STATE, SELF, view(led(1)), 0);
  expect(nextElection(state, SELF, view(led(1)), 9_999).elect).toEqual([]);
  expect(nextElection(state, SELF, view(led(1)), 10_000).elect).toHaveLength(1);
});

describe('after completion', () => {
  const after = (...views: ReturnType<typeof view>[]) =>
    views.reduce((state, seen) => nextElection(state, SELF, seen, 0).state, INITIAL_ELECTION_STATE);

  test('requests elections for lost leaders', () => {
    const { elect, state } = nextElection(after(view(led(3))), SELF, view(led(1)), 5);
    expect(elect).toHaveLength(1);
    expect(state).toEqual({ attempts: 1, triedAt: 5, isComplete: false });
  });

  test('requests elections for leaders that it gained and lost since', () => {
    const state = after(view(led(1, [1, 3, 2])), view(led(3)));
    expect(nextElection(state, SELF, view(led(1)), 5).elect).toHaveLength(1);
  });

  test('requests nothing for partitions that it became preferred for, but never led', () => {
    const state = after(view(led(1, [1, 3, 2])));
    expect(nextElection(state, SELF, view(led(1)), 5)).toMatchObject({
      elect: [],
      state: { isComplete: true },
    });
  });

  test('requests nothing while it is not in sync, for example during a stop', () => {
    const state = after(view(led(3)));
    expect(nextElection(state, SELF, view(led(1, [3, 1, 2], [1, 2])), 5).elect).toEqual([]);
  });
});

test.each([
  ['more partitions after a fast request', 8, 249, 16],
  ['as many after a slower request', 8, 250, 8],
  ['as many after a request of one second', 8, 1_000, 8],
  ['fewer after a slow request', 8, 1_001, 4],
  ['never more than a thousand', 900, 0, 1_000],
  ['never less than one', 1, 9_000, 1],
])('requests %s', (_, batchSize, tookMs, next) => expect(nextBatchSize(batchSize, tookMs)).toBe(next));

test('limits the attempts after each loss, in any sequence', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1_000_000), fc.constantFrom(1, 3)), { maxLength: 40 }), (views) => {
      let state = INITIAL_ELECTION_STATE;
      let now = 0;
      let requests = 0;
      let losses = 1;
      let last = 1;
      for (const [pause, leader] of views) {
        now += pause;
        losses += Number(last === 3 && leader === 1);
        last = leader;
        const next = nextElection(state, SELF, view(led(leader)), now);
        state = next.state;
        requests += next.elect.length;
      }
      expect(requests).toBeLessThanOrEqual(4 * losses);
    }),
  );
});
