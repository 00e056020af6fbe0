import { CaBundle } from '../../../lib';
import { messageOf } from '../../support/testing';

const objectName =
  "is not a valid Kubernetes object name (up to 253 lower-case letters, digits, '-' and '.')";

test.each([CaBundle.secret('roots'), CaBundle.configMap('roots')])(
  'the key is ca.crt by default (%#)',
  ({ key }) => {
    expect(key).toBe('ca.crt');
  },
);

test('isCaBundle is true for a CaBundle only', () => {
  expect(CaBundle.isCaBundle(CaBundle.secret('roots'))).toBe(true);
  expect(
    [{ name: 'roots', key: 'ca.crt' }, 'roots', undefined].some((value) => CaBundle.isCaBundle(value)),
  ).toBe(false);
});

test.each<[() => CaBundle, message: string]>([
  [() => CaBundle.secret('Roots'), `name of a CaBundle 'Roots' ${objectName}`],
  [() => CaBundle.configMap(''), `name of a CaBundle '' ${objectName}`],
  [
    () => CaBundle.configMap('roots', 'a/b'),
    "key of a CaBundle is 'a/b', which is not a valid ConfigMap or Secret key; use letters, digits, '-', '_' and '.'",
  ],
  [
    () => CaBundle.configMap('roots', '..'),
    "key of a CaBundle is '..', which is not a valid ConfigMap or Secret key; use letters, digits, '-', '_' and '.'",
  ],
  [
    () => CaBundle.secret('events-tls', 'tls.key'),
    "key of a CaBundle is 'tls.key', which is the name of a private key; use the key of the certificates, for example 'ca.crt'",
  ],
])('fails when a name or a key is not valid (%#)', (define, message) => {
  expect(messageOf(define)).toBe(message);
});
