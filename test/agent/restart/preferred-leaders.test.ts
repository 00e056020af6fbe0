import fc from 'fast-check';
import {
  INITIAL_ELECTION_STATE,
  nextElection,
  nextBatchSize,
  stateAfterLoss,
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
    expect(state).toEqual({ attempts: 1, triedAt: 5, isComplete: false, losses: 1, lostAt: 5 });
  });

  test('requests elections for leaders that it gained and lost since', () => {
    const state = after(view(led(1, [1, 3, 2])), view(led(3)));
    expect(nextElection(state, SELF, view(led(1)), 5).elect).toHaveLength(1);
  });

  test('requests elections for partitions of which a reassignment made it the preferred leader', () => {
    const state = after(view(led(1, [1, 3, 2])));
    const next = nextElection(state, SELF, view(led(1)), 5);
    expect(next.elect).toHaveLength(1);
    expect(next.state).toMatchObject({ attempts: 1, triedAt: 5, isComplete: false });
    // It is not a loss, which would delay the next election.
    expect(next.state.losses).toBeUndefined();
  });

  test('requests nothing for such a partition before it is in sync, or while it has no leader', () => {
    const state = after(view(led(1, [1, 3, 2])));
    expect(nextElection(state, SELF, view(led(1, [3, 1, 2], [1, 2])), 5).elect).toEqual([]);
    expect(nextElection(state, SELF, view(led(-1)), 5).elect).toEqual([]);
  });

  test('requests nothing again for partitions that it could not get', () => {
    let state = INITIAL_ELECTION_STATE;
    let requests = 0;
    for (let now = 0; now < 3_600_000; now += 2_000) {
      const next = nextElection(state, SELF, view(led(1)), now);
      state = next.state;
      requests += next.elect.length;
    }
    expect(requests).toBe(4);
    const other = { ...led(1), topic: 'b' };
    expect(nextElection(state, SELF, view(led(1), other), 3_600_000).elect).toHaveLength(2);
  });

  test('requests nothing while it is not in sync, for example during a stop', () => {
    const state = after(view(led(3)));
    expect(nextElection(state, SELF, view(led(1, [3, 1, 2], [1, 2])), 5).elect).toEqual([]);
  });
});

describe('a broker that keeps losing its leaders', () => {
  const MINUTE = 60_000;
  /** Returns the times of the elections if the broker loses its leaders at these times, and leads again after an election. */
  function electionsAt(losses: readonly number[], endMs: number): number[] {
    let state = nextElection(INITIAL_ELECTION_STATE, SELF, view(led(3)), 0).state;
    let leader = SELF;
    const times: number[] = [];
    for (let now = 1_000; now <= endMs; now += 1_000) {
      leader = losses.includes(now) ? 1 : leader;
      const next = nextElection(state, SELF, view(led(leader)), now);
      state = next.state;
      if (next.elect.length > 0) {
        times.push(now);
        leader = SELF;
      }
    }
    return times;
  }

  test('requests them back later each time', () => {
    const losses = Array.from({ length: 20 }, (_, index) => (index + 1) * 39_000);
    const times = electionsAt(losses, 20 * 39_000);
    expect(times).toEqual([39_000, 108_000, 237_000]);
  });

  test('waits 30 minutes at most, and requests them back at once after an hour without a loss', () => {
    const losses = [1, 2, 5, 20, 60, 100, 200].map((minute) => minute * MINUTE);
    expect(electionsAt(losses, 210 * MINUTE).map((time) => time / MINUTE)).toEqual([
      1, 2.5, 7, 30, 90, 130, 200,
    ]);
  });

  test('waits after a crash too, but a start is no loss', () => {
    const started = stateAfterLoss(stateAfterLoss(INITIAL_ELECTION_STATE, 0), 1_000);
    expect(started).toMatchObject({ isComplete: false, attempts: 0 });
    expect(nextElection(started, SELF, view(led(1)), 2_000).elect).toHaveLength(1);
    let state = nextElection(started, SELF, view(led(3)), 2_000).state;
    for (const now of [3_000, 4_000]) {
      state = nextElection(stateAfterLoss(state, now), SELF, view(led(3)), now).state;
    }
    const crashed = stateAfterLoss(state, 5_000);
    expect(nextElection(crashed, SELF, view(led(1)), 124_999).elect).toEqual([]);
    expect(nextElection(crashed, SELF, view(led(1)), 125_000).elect).toHaveLength(1);
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
