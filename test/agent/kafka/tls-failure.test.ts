import { Credentials } from '../../../agent/certificates/credentials';
import { explainTlsFailure } from '../../../agent/kafka/tls-failure';

const CREDENTIALS = Credentials.ofStores('cluster', '/stores');

function failed(code: string): Error {
  return new Error('Connection failed', { cause: Object.assign(new Error('something'), { code }) });
}

test.each([
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    /^it refuses the certificate in \/stores\/cluster\/keystore\.pem; /,
  ],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /^it refuses the certificate in /],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', /^it refuses the certificate in /],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /^it refuses the certificate in /],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /^it refuses the certificate in /],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    /^no CA in \/stores\/cluster\/truststore\.pem vouches for its certificate; /,
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^no CA in /],
  ['CERT_HAS_EXPIRED', /^its certificate, or that of its CA, has expired/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^its certificate is not valid for 'broker-1'; /],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^what listens there speaks no TLS; /],
  ['ERR_OSSL_PEM_NO_START_LINE', /^see whether /],
])('%s is explained', (code, expected) => {
  expect(explainTlsFailure([undefined, failed(code)], CREDENTIALS, 'broker-1')).toMatch(expected);
});

test.each(['ECONNREFUSED', 'ENOTFOUND', 'PLT_KFK_NETWORK'])('%s has nothing to do with TLS', (code) => {
  expect(explainTlsFailure([failed(code)], CREDENTIALS, 'broker-1')).toBeUndefined();
});

test('the error of the connection counts as well as that of the call', () => {
  const errors = [new Error('Connection closed'), failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')];
  expect(explainTlsFailure(errors, CREDENTIALS, 'broker-1')).toMatch(/^it refuses/);
});
