import { KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { reasonOf } from '../runtime/errors';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Curves and key types that Kafka reads and Java enables for TLS. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const KEY_TYPES = ['rsa', 'ec'];

/** Invalid PEM content. The message continues a sentence that begins with the file name. */
export class MalformedPem extends Error {}

/**
 * Certificates in a text, in order, without comments and other text.
 *
 * @throws MalformedPem if there is no certificate or one cannot be read
 */
export function certificatesIn(text: string): X509Certificate[] {
  const blocks = blocksIn(text);
  if (blocks.length === 0) {
    throw new MalformedPem(text.trim() === '' ? 'is empty' : 'contains no PEM certificate');
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new MalformedPem(
        `: certificate ${index + 1} of ${blocks.length} cannot be read: ${reasonOf(error)}`,
      );
    }
  });
}

/** PEM blocks of the certificates in a text, unchanged. */
export function blocksIn(text: string): string[] {
  // A regular expression would search for the end again from each beginning.
  const blocks: string[] = [];
  for (let start = text.indexOf(BEGIN); start >= 0; start = text.indexOf(BEGIN, start)) {
    const end = text.indexOf(END, start);
    if (end < 0) {
      break;
    }
    blocks.push(text.slice(start, end + END.length));
    start = end + END.length;
  }
  return blocks;
}

/** SHA-256 fingerprints of the certificates in a text, as Node.js prints them. Unreadable blocks are skipped. */
export function fingerprintsIn(text: string): string[] {
  return blocksIn(text).flatMap((block) => {
    try {
      return [new X509Certificate(block).fingerprint256];
    } catch {
      return [];
    }
  });
}

/**
 * Private key in a text, in any PEM format.
 *
 * @throws MalformedPem if there is no key that Kafka can use
 */
export function privateKeyIn(text: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new MalformedPem(text.trim() === '' ? 'is empty' : 'contains no PEM private key');
  }
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw new MalformedPem('contains an encrypted key; store the key without a password');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (error) {
    throw new MalformedPem(`contains an unreadable key: ${reasonOf(error)}`);
  }
  const type = String(key.asymmetricKeyType);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (!KEY_TYPES.includes(type) || (curve !== undefined && !CURVES.includes(curve))) {
    throw new MalformedPem(
      `contains a key of type ${curve ?? type}; Kafka supports RSA, and EC with ${CURVES.join(', ')}`,
    );
  }
  return key;
}

/** Formats certificates as Kafka reads them. */
export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => `${certificate.toString().trim()}\n`).join('');
}

/** Formats a private key as Kafka reads it: PKCS#8. */
export function pkcs8Of(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
