/*
 * Makes keys and certificates. Node.js can check certificates but not make them.
 */
import 'reflect-metadata';
import { X509Certificate, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509Certificate as ParsedCertificate,
} from '@peculiar/x509';

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Clocks differ: a certificate is valid from a little earlier on. */
const SKEW_SECONDS = 300;

/** A certificate and its private key (PKCS#8), both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Whom a certificate is for. */
export interface Subject {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
}

/** Makes a certificate authority: one that signs others, and is signed by itself. */
export async function makeCa(commonName: string, seconds: number, now: number): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  return signCertificate(keys.privateKey, {
    subject: [{ CN: [commonName] }],
    issuer: [{ CN: [commonName] }],
    ...validity(seconds, now),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

/** Makes a certificate for a server or client, valid as long as asked for and never longer than its CA. */
export async function makeLeaf(
  ca: KeyAndCertificate,
  { commonName, dnsNames }: Subject,
  seconds: number,
  now: number,
): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  const issuer = new ParsedCertificate(ca.certificate);
  const { notBefore, notAfter } = validity(seconds, now);
  const names: Extension[] =
    dnsNames.length === 0
      ? []
      : [new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value })))];
  return signCertificate(keys.privateKey, {
    subject: [{ CN: [commonName] }],
    issuer: issuer.subjectName.toJSON(),
    notBefore: notBefore < issuer.notBefore ? issuer.notBefore : notBefore,
    notAfter: notAfter > issuer.notAfter ? issuer.notAfter : notAfter,
    publicKey: keys.publicKey,
    signingKey: await importKey(ca.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      ...names,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
}

/** What tells one certificate from others, and how long it lasts. */
export interface CertificateFacts {
  /** SHA-256, lower case hexadecimal. */
  readonly fingerprint: string;
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Reads what tells a certificate (PEM) from others. */
export function certificateFacts(certificate: string): CertificateFacts {
  const parsed = new X509Certificate(certificate);
  return {
    fingerprint: plainFingerprint(parsed.fingerprint256),
    serial: parsed.serialNumber.toLowerCase(),
    notBefore: new Date(parsed.validFrom).toISOString(),
    notAfter: new Date(parsed.validTo).toISOString(),
  };
}

/** A fingerprint without the colons and capitals that Node.js gives it. */
export function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

type CertificateParts = Parameters<typeof X509CertificateGenerator.create>[0];

async function signCertificate(privateKey: CryptoKey, parts: CertificateParts): Promise<KeyAndCertificate> {
  const made = await X509CertificateGenerator.create({
    ...parts,
    serialNumber: serialNumber(),
    signingAlgorithm: SIGNATURE,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return { key: pem(PemConverter.encode(key, 'PRIVATE KEY')), certificate: pem(made.toString('pem')) };
}

/** 127 bits, positive and never with a leading zero byte, which DER forbids. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function validity(seconds: number, now: number): { notBefore: Date; notAfter: Date } {
  const start = Math.floor(now / 1000);
  return {
    notBefore: new Date((start - SKEW_SECONDS) * 1000),
    notAfter: new Date((start + seconds) * 1000),
  };
}

function makeKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
}

function importKey(pkcs8: string): Promise<CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pkcs8), KEY, false, ['sign']);
}

function pem(text: string): string {
  return `${text.trim()}\n`;
}

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;
