import { Duration } from 'cdk8s';
import { CertificateIssuer } from '../../../lib';
import { lifetimeSeconds } from '../../../lib/certificates/lifetimes';
import { messageOf } from '../../support/testing';

test.each([
  [undefined, 60],
  [Duration.days(2), 172_800],
  [Duration.millis(1999), 1],
])('a lifetime is a number of whole seconds, or the default (%#)', (duration, seconds) => {
  expect(lifetimeSeconds('caLifetime', duration, 60)).toBe(seconds);
});

test.each([
  [NaN, 'NaN seconds'],
  [36_501, '36501 days'],
])('fails when a lifetime is %s days', (days, text) => {
  expect(messageOf(() => CertificateIssuer.builtIn({ caLifetime: Duration.days(days) }))).toBe(
    `caLifetime is ${text}; it must be at most 100 years`,
  );
});
