import { NO_ANSWER_YET, failureOf } from './program/failure';

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const inside = (...errors: Error[]) => new Error('a request failed', { cause: new AggregateError(errors) });

test.each([
  ['an alert', error('ssl alert', { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' })],
  [
    'a server that cannot be verified',
    error('unable to verify', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
  ],
  ['an unknown CA', error('self-signed', { code: 'SELF_SIGNED_CERT_IN_CHAIN' })],
  ['an expired certificate', error('certificate has expired', { code: 'CERT_HAS_EXPIRED' })],
  ['a name that does not match', error('altnames', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
])('%s is a rejected handshake at any depth', (_, cause) => {
  const wrapped = inside(error('Connection error', { code: 'PLT_KFK_NETWORK', cause }), error('closed'));
  expect(failureOf(wrapped)).toMatchObject({ kind: 'rejected handshake', isRetriable: true });
});

test('a broken handshake is not a rejected one', () => {
  const cause = error('Client network socket disconnected before secure TLS connection was established', {
    code: 'ECONNRESET',
  });
  expect(failureOf(error('Connection error', { code: 'PLT_KFK_NETWORK', cause }))).toMatchObject({
    kind: 'broken handshake',
  });
});

test.each([
  ['NOT_LEADER_OR_FOLLOWER', true],
  ['MESSAGE_TOO_LARGE', false],
])('response %s has retriable: %s', (apiId, canRetry) => {
  expect(
    failureOf(error('Received response with error', { errors: [error('x', { apiId, canRetry })] })),
  ).toEqual({ kind: 'answer', reason: apiId, isRetriable: canRetry });
});

test('a failed connection is retriable', () => {
  const cause = error('connect ECONNREFUSED 10.0.0.1:9092', { code: 'ECONNREFUSED' });
  expect(failureOf(error('failed', { code: 'PLT_KFK_NETWORK', cause }))).toEqual({
    kind: 'network',
    reason: 'connect ECONNREFUSED 10.0.0.1:9092',
    isRetriable: true,
  });
});

test('an error of the program is not retriable', () => {
  expect(failureOf(new TypeError('x is undefined'))).toEqual({
    kind: 'other',
    reason: 'x is undefined',
    isRetriable: false,
  });
});

test.each([
  ['ends', 'Connection closed', 'unanswered'],
  ['is slow', 'Request timed out', 'network'],
])('a connection that %s before its first response', (_, message, kind) => {
  const cause = new AggregateError([undefined, error(message, { code: 'PLT_KFK_NETWORK' })]);
  expect(failureOf(new Error(NO_ANSWER_YET, { cause })).kind).toBe(kind);
});
