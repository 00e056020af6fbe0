import fc from 'fast-check';
import { mayStopController } from '../../../agent/restart/may-stop-controller';

const LATE = 60_000;

function quorum(leaderId: number, lags: Readonly<Record<number, number | undefined>>) {
  const voters = Object.entries(lags).map(([id, behindMs]) => ({
    id: Number(id),
    logEndOffset: 7,
    behindMs,
  }));
  return { leaderId, voters, observers: [] };
}

const open = { self: 3, isClosed: false };

test('may stop while a majority keeps up without it', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: 300, 3: 0 }) })).toEqual({
    may: true,
    isWhole: true,
    yields: false,
    reason: 'controllers 1, 2 keep up',
  });
});

test('the one that leads lets others go first', () => {
  expect(mayStopController({ ...open, quorum: quorum(3, { 1: 0, 2: 0, 3: 0 }) })).toMatchObject({
    may: true,
    yields: true,
  });
});

test('waits while the others are no majority', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: LATE, 3: 0 }) })).toMatchObject({
    may: false,
    reason: 'without controller 3 a majority is 2 of 3 voters, and 1 keep up; behind: 2',
  });
});

test('a voter that never kept up counts for nothing', () => {
  expect(mayStopController({ ...open, quorum: quorum(1, { 1: 0, 2: undefined, 3: 0 }) }).mayStop).toBe(false);
});

test('waits while no leader answers', () => {
  expect(mayStopController(open)).toMatchObject({ may: false });
});

test('may stop at once when its port is closed', () => {
  expect(mayStopController({ self: 3, isClosed: true })).toMatchObject({ may: true, isFree: true });
});

test('the only one may stop, and says what it costs', () => {
  expect(mayStopController({ ...open, quorum: quorum(3, { 3: 0 }) })).toMatchObject({
    may: true,
    atRisk: ['__cluster_metadata-0'],
  });
});

test('no stop leaves less than a majority of several', () => {
  const lag = fc.option(fc.nat(10_000), { nil: undefined });
  fc.assert(
    fc.property(fc.array(lag, { minLength: 2, maxLength: 7 }), (lags) => {
      const voters = lags.map((behindMs, index) => ({ id: index + 1, logEndOffset: 7, behindMs }));
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
