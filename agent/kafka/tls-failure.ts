/*
 * Explanations of TLS errors. The messages of OpenSSL name neither the file nor the host, and no remedy.
 */
import { codesOf } from '../runtime/errors';
import { Credentials } from '../certificates/credentials';

/** Verification errors that concern the CA of the server. */
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
 * Explains an error of a TLS connection, with a remedy.
 *
 * @param serverName name that the certificate of the server must be valid for
 * @returns undefined if the error is not a TLS error
 */
export function explainTlsFailure(
  errors: readonly unknown[],
  credentials: Credentials,
  serverName: string,
): string | undefined {
  const codes = errors.flatMap(codesOf);
  if (codes.some((code) => NOT_TRUSTED.has(code))) {
    return `its certificate is not issued by a CA in ${credentials.trustedFile}; add the CA of the server to that file, or issue the certificate of the server by one of those CAs`;
  }
  if (codes.some((code) => OUT_OF_DATE.has(code))) {
    return 'its certificate or CA has expired or is not valid yet; renew the certificate, or correct the clock of the node';
  }
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return `its certificate is not valid for '${serverName}'; add this name to the certificate`;
  }
  if (codes.some((code) => /ALERT_(.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code))) {
    return `it rejects the certificate in ${credentials.certificateFile}; the server must trust the CA of this certificate`;
  }
  if (codes.some((code) => /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL/.test(code))) {
    return 'its port does not use TLS; apply the complete synthesized YAML, so that servers and agents use the same listeners';
  }
  if (codes.some((code) => /^ERR_(OSSL|SSL|CRYPTO|X509)_/.test(code))) {
    return `the certificates cannot be used; check that ${credentials.certificateFile} and ${credentials.trustedFile} are complete`;
  }
  return undefined;
}

/** Explains a connection that the server closed without a reason. */
export function explainClosedConnection(credentials: Credentials | undefined): string {
  return credentials
    ? `it closes the connection; if this persists, its port does not use TLS, or it rejects the certificate in ${credentials.certificateFile}`
    : 'it closes the connection; if this persists, its port uses TLS, and this agent has no certificates for it';
}
