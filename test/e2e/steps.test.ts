import { slugOf } from './steps';

test('the slug of a step has lower-case letters, digits and dashes', () => {
  expect(slugOf("kill -9 of another broker's pod")).toBe('kill-9-of-another-broker-s-pod');
});
