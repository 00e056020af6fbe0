/*
 * Creates keys and certificates. Node.js can validate certificates, but not create them.
 */
import { KeyObject, X509Certificate, createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { caExtensions, encodeName, encodedSubject, leafExtensions, signCertificate } from './certificate';

const CURVE = 'prime256v1';
/** Certificates are valid a few minutes earlier, because clocks differ. */
const SKEW_SECONDS = 300;

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Names of a certificate. */
export interface Subject {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
}

/** Creates a self-signed CA. */
export async function makeCa(commonName: string, seconds: number, now: number): Promise<KeyAndCertificate> {
  const { publicKey, privateKey } = await makeKeys();
  const name = encodeName(commonName);
  const contents = {
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    ...validity(seconds, now),
    publicKey,
    extensions: caExtensions(publicKey),
  };
  return { key: privateKeyPem(privateKey), certificate: signCertificate(contents, privateKey) };
}

/** Creates a certificate for a server or client. It never expires after its CA. */
export async function makeLeaf(
  ca: KeyAndCertificate,
  { commonName, dnsNames }: Subject,
  seconds: number,
  now: number,
): Promise<KeyAndCertificate> {
  const { publicKey, privateKey } = await makeKeys();
  const issuer = new X509Certificate(ca.certificate);
  const { notBefore, notAfter } = validity(seconds, now);
  const contents = {
    serialNumber: serialNumber(),
    issuer: encodedSubject(issuer),
    subject: encodeName(commonName),
    notBefore: new Date(Math.max(notBefore.getTime(), Date.parse(issuer.validFrom))),
    notAfter: new Date(Math.min(notAfter.getTime(), Date.parse(issuer.validTo))),
    publicKey,
    extensions: leafExtensions(publicKey, dnsNames, issuer),
  };
  return { key: privateKeyPem(privateKey), certificate: signCertificate(contents, signingKey(ca.key)) };
}

/** Identity and validity of a certificate. */
export interface CertificateFacts {
  /** SHA-256, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Reads the identity and validity of a certificate (PEM). */
export function certificateFacts(certificate: string): CertificateFacts {
  const parsed = new X509Certificate(certificate);
  return {
    fingerprint: plainFingerprint(parsed.fingerprint256),
    serial: parsed.serialNumber.toLowerCase(),
    notBefore: new Date(parsed.validFrom).toISOString(),
    notAfter: new Date(parsed.validTo).toISOString(),
  };
}

/** Converts a fingerprint of Node.js to lower case without colons. */
export function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

/** Random 127-bit number, positive and without a leading zero byte, which DER does not allow. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;
  return bytes;
}

function validity(seconds: number, now: number): { notBefore: Date; notAfter: Date } {
  const start = Math.floor(now / 1000);
  return {
    notBefore: new Date((start - SKEW_SECONDS) * 1000),
    notAfter: new Date((start + seconds) * 1000),
  };
}

function makeKeys(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return promisify(generateKeyPair)('ec', { namedCurve: CURVE });
}

function signingKey(pkcs8: string): KeyObject {
  const key = createPrivateKey(pkcs8);
  if (key.asymmetricKeyDetails?.namedCurve !== CURVE) {
    throw new Error(
      `the private key of the CA must be an elliptic curve key on P-256, found ${key.asymmetricKeyType}`,
    );
  }
  return key;
}

function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}
