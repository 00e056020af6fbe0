/*
 * The reasons of OpenSSL say what it was about, and not which file, which name and what to do.
 */
import { codesOf } from '../runtime/errors';
import { Credentials } from '../certificates/credentials';

/** Verifications of a server's certificate that end with one of these have to do with its CA. */
const NOT_TRUSTED = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * What an error of a TLS connection means, and how to mend it; undefined when it has nothing to do with TLS.
 *
 * @param serverName name that the certificate of the server had to be valid for
 */
export function explainTlsFailure(
  errors: readonly unknown[],
  credentials: Credentials,
  serverName: string,
): string | undefined {
  const codes = errors.flatMap(codesOf);
  if (codes.some((code) => NOT_TRUSTED.has(code))) {
    return `no CA in ${credentials.trustedFile} vouches for its certificate; put the CA of the server there, or give the server a certificate of that CA`;
  }
  if (codes.some((code) => OUT_OF_DATE.has(code))) {
    return 'its certificate, or that of its CA, has expired or is not valid yet; renew it, or correct the clock of the node';
  }
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return `its certificate is not valid for '${serverName}'; add the name to the certificate`;
  }
  if (codes.some((code) => /ALERT_(.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code))) {
    return `it refuses the certificate in ${credentials.certificateFile}; the CA of that must be among those that the server trusts`;
  }
  if (codes.some((code) => /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL/.test(code))) {
    return 'what listens there speaks no TLS; apply the synthesized YAML, brokers and agents together';
  }
  if (codes.some((code) => /^ERR_(OSSL|SSL|CRYPTO|X509)_/.test(code))) {
    return `see whether ${credentials.certificateFile} and ${credentials.trustedFile} are whole`;
  }
  return undefined;
}

/** What it may mean that a server ends a connection without a word. */
export function explainClosedConnection(credentials: Credentials | undefined): string {
  return credentials
    ? `it closes the connection; if that goes on, it speaks no TLS, or refuses the certificate in ${credentials.certificateFile}`
    : 'it closes the connection; if that goes on, it speaks TLS, for which there are no certificates here';
}
