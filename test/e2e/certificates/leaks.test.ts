import { generateKeyPairSync } from 'node:crypto';
import { bodiesIn, leaksIn, nothingIfUnstarted } from './leaks';
import { KubectlError } from '../kubernetes/kubectl';
import { Secret } from '../kubernetes/objects';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const secret: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'events-tls' },
  data: { 'tls.key': Buffer.from(key).toString('base64') },
};
const keys = bodiesIn(secret);

test.each([
  ['a log with the key', `loaded ${key}`],
  ['the key in JSON', JSON.stringify({ message: key })],
  ['one line of the key', `bad line: ${key.split('\n')[1]}`],
  ['the key in a Secret', JSON.stringify(secret)],
])('finds %s', (_, text) => {
  expect(leaksIn(text, keys)).not.toEqual([]);
});

test('an unknown private key in PEM is found', () => {
  expect(leaksIn(key, [])).toEqual(['a private key in PEM']);
});

test.each([
  ['a program that generates keys', "encode(key, '-----BEGIN PRIVATE KEY-----\\n${body}')"],
  [
    'a certificate',
    '-----BEGIN CERTIFICATE-----\nMIIBhTCCASugAwIBAgIQIRi6zePL6mKjOipn+dNuaTAKBggqhkjOPQQDAjAS',
  ],
  ['a message about keys', "tls.key is not the key of the certificate in tls.crt: 'PRIVATE KEY'"],
])('%s is not a key', (_, text) => {
  expect(leaksIn(text, keys)).toEqual([]);
});

test.each([
  'Error from server (BadRequest): previous terminated container "kafka" in pod "certs-main-11" not found',
  'Error from server (BadRequest): container "kafka" in pod "certs-main-11" is waiting to start: PodInitializing',
])('a container that has not run has no log: %s', (errors) => {
  expect(nothingIfUnstarted(new KubectlError(['logs'], 1, '', errors))).toBe('');
});

test('an unreadable log is an error', () => {
  const error = new KubectlError(
    ['logs'],
    1,
    '',
    'Error from server: Get "https://node": dial tcp: i/o timeout',
  );
  expect(() => nothingIfUnstarted(error)).toThrow(error);
});
