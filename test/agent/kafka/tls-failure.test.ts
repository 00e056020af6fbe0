import { Credentials } from '../../../agent/certificates/credentials';
import { explainTlsFailure } from '../../../agent/kafka/tls-failure';

const CREDENTIALS = Credentials.ofStores('cluster', '/stores');

function failed(code: string): Error {
  return new Error('Connection failed', { cause: Object.assign(new Error('wrapped'), { code }) });
}

test.each([
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    /^it rejects the certificate in \/stores\/cluster\/keystore\.pem; /,
  ],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /^it rejects the certificate in /],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', /^it rejects the certificate in /],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /^it rejects the certificate in /],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /^it rejects the certificate in /],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    /^its certificate is not issued by a CA in \/stores\/cluster\/truststore\.pem; /,
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^its certificate is not issued by a CA in /],
  ['CERT_HAS_EXPIRED', /^its certificate or CA has expired/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^its certificate is not valid for 'broker-1'; /],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^its port does not use TLS; /],
  ['ERR_OSSL_PEM_NO_START_LINE', /^the certificates cannot be used; check that /],
])('%s is explained', (code, expected) => {
  expect(explainTlsFailure([undefined, failed(code)], CREDENTIALS, 'broker-1')).toMatch(expected);
});

test.each(['ECONNREFUSED', 'ENOTFOUND', 'PLT_KFK_NETWORK'])('%s is not a TLS error', (code) => {
  expect(explainTlsFailure([failed(code)], CREDENTIALS, 'broker-1')).toBeUndefined();
});

test('the error of the connection is explained, in addition to that of the request', () => {
  const errors = [new Error('Connection closed'), failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')];
  expect(explainTlsFailure(errors, CREDENTIALS, 'broker-1')).toMatch(/^it rejects/);
});
