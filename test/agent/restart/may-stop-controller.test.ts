import fc from 'fast-check';
import { mayStopController } from '../../../agent/restart/may-stop-controller';

const LAG = 60_000;

function quorum(leaderId: number, lags: Readonly<Record<number, number | undefined>>) {
  const voters = Object.entries(lags).map(([id, lagMs]) => ({
    id: Number(id),
    logEndOffset: 7,
    lagMs,
  }));
  return { leaderId, voters, observers: [] };
}

const open = { self: 3, isClosed: false };

test('may stop while a majority has caught up without it', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: 300, 3: 0 }) })).toEqual({
    mayStop: true,
    aliveIds: new Set([1, 2]),
    allInSync: true,
    reason: 'controllers 1, 2 have caught up with the leader',
  });
});

test('the leader lets other controllers stop first', () => {
  expect(mayStopController({ ...open, quorum: quorum(3, { 1: 0, 2: 0, 3: 0 }) })).toMatchObject({
    mayStop: true,
    stopsLast: 'this server is the leader of the quorum',
  });
});

test('waits while the others are not a majority', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: LAG, 3: 0 }) })).toMatchObject({
    mayStop: false,
    reason:
      'without controller 3 only 1 of 3 voters have caught up with the leader, and a majority is 2; lagging: 2',
  });
});

test('does not count a voter that has never caught up', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: undefined, 3: 0 }) }).mayStop).toBe(false);
});

test('waits without a leader', () => {
  expect(mayStopController(open)).toMatchObject({ mayStop: false });
});

test('may stop without the Lease if its port is closed', () => {
  expect(mayStopController({ self: 3, isClosed: true })).toMatchObject({ mayStop: true, needsNoLease: true });
});

test('may stop without the Lease if it is not a voter, as a new controller before it joins', () => {
  expect(
    mayStopController({ self: 4, isClosed: false, quorum: quorum(1, { 1: 0, 2: LAG, 3: LAG }) }),
  ).toEqual({
    mayStop: true,
    needsNoLease: true,
    reason: 'controller 4 is not a voter of the quorum',
  });
});

test('the only controller may stop, and the metadata log is at risk', () => {
  expect(mayStopController({ ...open, quorum: quorum(3, { 3: 0 }) })).toMatchObject({
    mayStop: true,
    atRisk: ['__cluster_metadata-0'],
  });
});

test('no stop leaves less than a majority', () => {
  const lag = fc.option(fc.nat(10_000), { nil: undefined });
  fc.assert(
    fc.property(fc.array(lag, { minLength: 2, maxLength: 7 }), (lags) => {
      const voters = lags.map((lagMs, index) => ({ id: index + 1, logEndOffset: 7, lagMs }));
      const verdict = mayStopController({
        self: 1,
        isClosed: false,
        quorum: { leaderId: 2, voters, observers: [] },
      });
      const others = lags.slice(1).filter((one) => one !== undefined && one <= 5_000).length;
      expect(verdict.mayStop).toBe(others > lags.length / 2);
    }),
  );
});
