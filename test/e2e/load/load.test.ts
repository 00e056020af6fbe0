import { secondsIn } from './load';

const TIME = '2026-01-01T00:00:01.000Z';

test('the seconds of a load do not include its report', () => {
  const second = { time: TIME, connections: 3, acknowledged: 80 };
  const output = `${JSON.stringify(second)}\n${JSON.stringify({ report: { acknowledged: 80 } })}\n`;
  expect(secondsIn(output)).toEqual([second]);
});
