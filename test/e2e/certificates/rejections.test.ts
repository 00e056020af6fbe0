import { rejectionProblem } from './rejections';

function outcome(problem: string, isAccepted = false) {
  return { host: 'certs-main-11', port: 9092, isAccepted, isSilent: false, fingerprint: '', problem };
}

test.each([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  'ECONNRESET',
  'EPIPE',
  'closed',
])('%s is a rejection by the server', (problem) => {
  expect(rejectionProblem(outcome(problem))).toBeUndefined();
});

test.each([
  ['no response', 'not rejected by the server (no response)'],
  ['ECONNREFUSED', 'not rejected by the server (ECONNREFUSED)'],
  ['ENOTFOUND', 'not rejected by the server (ENOTFOUND)'],
])('%s is not a rejection by the server', (problem, reason) => {
  expect(rejectionProblem(outcome(problem))).toBe(reason);
});

test('an accepted client is not rejected', () => {
  expect(rejectionProblem(outcome('', true))).toBe('accepted');
});

test.each([
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', undefined],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', undefined],
  ['ERR_SSL_NO_PROTOCOLS_AVAILABLE', 'not rejected by the server (ERR_SSL_NO_PROTOCOLS_AVAILABLE)'],
  ['ECONNRESET', 'not rejected by the server (ECONNRESET)'],
])('an old TLS version is rejected only by its alert: %s', (problem, reason) => {
  expect(rejectionProblem(outcome(problem), 'TLSv1.1')).toBe(reason);
});
