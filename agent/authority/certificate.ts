/*
 * The contents of X.509 certificates, see RFC 5280.
 */
import { KeyObject, X509Certificate, createHash, sign } from 'node:crypto';
import {
  TRUE,
  bitString,
  decodeAll,
  explicit,
  flags,
  implicit,
  integer,
  nameString,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
} from './der';

const VERSION_3 = explicit(0, integer(Buffer.from([2])));
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const COMMON_NAME = objectIdentifier('2.5.4.3');
const SERVER_AUTH = objectIdentifier('1.3.6.1.5.5.7.3.1');
const CLIENT_AUTH = objectIdentifier('1.3.6.1.5.5.7.3.2');

/** Numbers of the flags of the key usage. */
const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

/** Contents of a certificate, of which the encoded parts are made by the functions of this file. */
export interface CertificateContents {
  /** Not zero, and no more than 20 bytes. */
  readonly serialNumber: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** Encodes a certificate and signs it with a key on an elliptic curve. Returns PEM. */
export function signCertificate(contents: CertificateContents, signingKey: KeyObject): string {
  const signed = sequence(
    VERSION_3,
    integer(contents.serialNumber),
    ECDSA_WITH_SHA256,
    contents.issuer,
    sequence(time(contents.notBefore), time(contents.notAfter)),
    contents.subject,
    encodePublicKey(contents.publicKey),
    explicit(3, sequence(...contents.extensions)),
  );
  const signature = sign('sha256', signed, signingKey);
  const certificate = sequence(signed, ECDSA_WITH_SHA256, bitString(signature));
  return new X509Certificate(certificate).toString();
}

/** Encodes a name that has a common name only. */
export function encodeName(commonName: string): Buffer {
  return sequence(setOf(sequence(COMMON_NAME, nameString(commonName))));
}

/** Reads the encoded subject of a certificate. Its certificates must name their issuer byte for byte. */
export function encodedSubject(certificate: X509Certificate): Buffer {
  const [{ contents }] = decodeAll(certificate.raw);
  const [signed] = decodeAll(contents);
  // Version, serial number, algorithm, issuer, validity, subject.
  return decodeAll(signed.contents)[5].whole;
}

/** Extensions of a CA that issues end-entity certificates only. */
export function caExtensions(publicKey: KeyObject): Buffer[] {
  return [
    basicConstraints(sequence(TRUE, integer(Buffer.from([0])))),
    keyUsage(KEY_USAGE.keyCertSign, KEY_USAGE.crlSign),
    subjectKeyIdentifier(publicKey),
  ];
}

/** Extensions of a certificate of a server or client. */
export function leafExtensions(
  publicKey: KeyObject,
  dnsNames: readonly string[],
  issuer: X509Certificate,
): Buffer[] {
  return [
    basicConstraints(sequence()),
    keyUsage(KEY_USAGE.digitalSignature),
    extension('2.5.29.37', sequence(SERVER_AUTH, CLIENT_AUTH)),
    ...(dnsNames.length === 0 ? [] : [subjectAlternativeName(dnsNames)]),
    subjectKeyIdentifier(publicKey),
    extension('2.5.29.35', sequence(implicit(0, keyIdentifier(issuer.publicKey)))),
  ];
}

function basicConstraints(value: Buffer): Buffer {
  return criticalExtension('2.5.29.19', value);
}

function keyUsage(...usages: readonly number[]): Buffer {
  return criticalExtension('2.5.29.15', flags(...usages));
}

function subjectAlternativeName(dnsNames: readonly string[]): Buffer {
  return extension('2.5.29.17', sequence(...dnsNames.map((name) => implicit(2, Buffer.from(name, 'ascii')))));
}

function subjectKeyIdentifier(publicKey: KeyObject): Buffer {
  return extension('2.5.29.14', octetString(keyIdentifier(publicKey)));
}

function extension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), octetString(value));
}

function criticalExtension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), TRUE, octetString(value));
}

/** SHA-1 of the bits of the key, without the byte that tells how many bits are unused. SHA-1 protects nothing here. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const [{ contents }] = decodeAll(encodePublicKey(publicKey));
  const [, bits] = decodeAll(contents);
  return createHash('sha1').update(bits.contents.subarray(1)).digest();
}

function encodePublicKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}
