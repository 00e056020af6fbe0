import fc from 'fast-check';
import { INITIAL_ELECTION_STATE, nextElection, nextBatchSize } from '../../../agent/restart/preferred-leaders';
import { clusterOf, partition } from '../views';

const SELF = 3;
const led = (leader: number, replicas = [3, 1, 2], isr = replicas) => ({
  ...partition('a', 0, replicas, isr),
  leader,
});
const view = (...partitions: ReturnType<typeof led>[]) => clusterOf({ brokers: [1, 2, 3], partitions });

test('asks for what it should lead and does not', () => {
  const { elect, state } = nextElection(INITIAL_ELECTION_STATE, SELF, view(led(1)), 0);
  expect([elect.map(({ topic }) => topic), state]).toEqual([
    ['a'],
    { attempts: 1, triedAt: 0, isSettled: false },
  ]);
});

test.each([
  ['it leads already', led(3)],
  ['another one is preferred', led(1, [1, 3, 2])],
  ['it is not in sync', led(1, [3, 1, 2], [1, 2])],
])('asks for nothing when %s', (_, one) => {
  expect(nextElection(INITIAL_ELECTION_STATE, SELF, view(one), 0)).toMatchObject({
    elect: [],
    state: { attempts: 0, isSettled: true },
  });
});

test('asks again only after a pause', () => {
  const { state } = nextElection(INITIAL_ELECTION_STATE, SELF, view(led(1)), 0);
  expect(nextElection(state, SELF, view(led(1)), 9_999).elect).toEqual([]);
  expect(nextElection(state, SELF, view(led(1)), 10_000).elect).toHaveLength(1);
});

describe('once there is nothing more to do', () => {
  const after = (...looks: ReturnType<typeof view>[]) =>
    looks.reduce((state, seen) => nextElection(state, SELF, seen, 0).state, INITIAL_ELECTION_STATE);

  test('it asks again for what it has lost', () => {
    const { elect, state } = nextElection(after(view(led(3))), SELF, view(led(1)), 5);
    expect(elect).toHaveLength(1);
    expect(state).toEqual({ attempts: 1, triedAt: 5, isSettled: false });
  });

  test('it asks for what it has come to lead since, and lost', () => {
    const state = after(view(led(1, [1, 3, 2])), view(led(3)));
    expect(nextElection(state, SELF, view(led(1)), 5).elect).toHaveLength(1);
  });

  test('it asks for nothing that it only came to be preferred for', () => {
    const state = after(view(led(1, [1, 3, 2])));
    expect(nextElection(state, SELF, view(led(1)), 5)).toMatchObject({
      elect: [],
      state: { isSettled: true },
    });
  });

  test('it asks for nothing while it is not in sync, as when it stops', () => {
    const state = after(view(led(3)));
    expect(nextElection(state, SELF, view(led(1, [3, 1, 2], [1, 2])), 5).elect).toEqual([]);
  });
});

test.each([
  ['more after a quick one', 8, 249, 16],
  ['as many after one that took its time', 8, 250, 8],
  ['as many after a second', 8, 1_000, 8],
  ['fewer after a slow one', 8, 1_001, 4],
  ['never more than a thousand', 900, 0, 1_000],
  ['never less than one', 1, 9_000, 1],
])('elects %s', (_, portion, tookMs, next) => expect(nextBatchSize(portion, tookMs)).toBe(next));

test('gives up after a few attempts for each time that it lost them, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1_000_000), fc.constantFrom(1, 3)), { maxLength: 40 }), (looks) => {
      let state = INITIAL_ELECTION_STATE;
      let now = 0;
      let asked = 0;
      let losses = 1;
      let last = 1;
      for (const [pause, leader] of looks) {
        now += pause;
        losses += Number(last === 3 && leader === 1);
        last = leader;
        const next = nextElection(state, SELF, view(led(leader)), now);
        state = next.state;
        asked += next.elect.length;
      }
      expect(asked).toBeLessThanOrEqual(4 * losses);
    }),
  );
});
