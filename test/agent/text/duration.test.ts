import { formatDuration } from '../../../agent/text/duration';

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [8, '8 seconds'],
  [59.6, '1 minute'],
  [90, '1 minute 30 seconds'],
  [3_600, '1 hour'],
  [5_400, '1 hour 30 minutes'],
  [86_400, '1 day'],
  [259_200, '3 days'],
  [90_061, '1 day 1 hour'],
  [3_285 * 86_400, '3285 days'],
])('%d seconds are printed as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
