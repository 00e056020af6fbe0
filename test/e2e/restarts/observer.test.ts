import { syncSecondsIn } from './observer';

const TIME = '2026-01-01T00:00:01.000Z';

test('seconds without a response and incomplete lines are ignored', () => {
  const seen = { time: TIME, short: 1, leaderless: 0, brokers: { 13: { behind: 2, missed: 1 } } };
  const log = `${JSON.stringify({ time: TIME, problem: 'connect ECONNREFUSED' })}\n${JSON.stringify(seen)}\n{"time":"20`;
  expect(syncSecondsIn(log)).toEqual([{ ...seen, time: Date.parse(TIME) }]);
});
