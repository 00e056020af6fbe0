import { decideMember } from '../../../agent/identity/member-guard';

const START = { mayStart: true, reason: 'new' };
const WAIT = { mayStart: false, reason: 'no leader' };
const RETRY = { waitingFor: 'there is no quorum yet, which is normal at the first start; retrying once' };

let observed: number;
let view: number | undefined;

beforeEach(() => {
  observed = 0;
  view = undefined;
});

function guard(verdict: object, change: { isLost?: boolean; otherCount?: number } = {}) {
  return decideMember<number>({
    isLost: true,
    otherCount: 2,
    observe: async () => {
      observed++;
      return { view, failures: ['controller 2: refused'] };
    },
    judge: () => verdict as typeof START,
    ...change,
  });
}

test('a member with its data asks nobody', async () => {
  expect(await guard(START, { isLost: false })(undefined)).toEqual(START);
  expect(observed).toBe(0);
});

test('the absence of a leader allows the start at the second look', async () => {
  const decide = guard(START);
  expect([await decide(undefined), await decide(undefined)]).toEqual([RETRY, START]);
});

test('a leader that is found once begins the wait again', async () => {
  const decide = guard(START);
  await decide(undefined);
  view = 2;
  await decide(undefined);
  view = undefined;
  expect(await decide(undefined)).toEqual(RETRY);
});

test('the only member does not wait for others', async () => {
  expect(await guard(START, { otherCount: 0 })(undefined)).toEqual(START);
});

test('an accepted loss needs no second look', async () => {
  const accepted = { ...START, givenUp: 'changes of metadata' };
  expect(await guard(accepted)('jane')).toEqual(accepted);
});

test('the reason to wait has the members that do not answer', async () => {
  expect(await guard(WAIT)(undefined)).toEqual({
    mayStart: false,
    reason: 'no leader; controller 2: refused',
  });
});
