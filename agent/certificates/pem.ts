import { KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { reasonOf } from '../runtime/errors';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Curves and kinds of keys that Kafka reads and the TLS of Java still uses. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const KEY_TYPES = ['rsa', 'ec'];

/** Something in a file is not what it should be; the message says what, for a sentence after the file's name. */
export class MalformedPem extends Error {}

/**
 * The certificates in a text, in their order; comments and other things between them are left out.
 *
 * @throws Malformed when one cannot be read, or there is none
 */
export function certificatesIn(text: string): X509Certificate[] {
  const blocks = blocksIn(text);
  if (blocks.length === 0) {
    throw new MalformedPem(text.trim() === '' ? 'is empty' : 'holds no certificate in PEM');
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

/** Each certificate of a text as its text has it. */
export function blocksIn(text: string): string[] {
  return text.match(CERTIFICATE) ?? [];
}

/** SHA-256 fingerprints of the certificates in a text, as Node.js prints them; what cannot be read has none. */
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
 * The private key in a text, in whichever format of PEM.
 *
 * @throws Malformed when there is none, or none that Kafka can use
 */
export function privateKeyIn(text: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new MalformedPem(text.trim() === '' ? 'is empty' : 'holds no private key in PEM');
  }
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw new MalformedPem('holds an encrypted key; store it without a password');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (error) {
    throw new MalformedPem(`holds a key that cannot be read: ${reasonOf(error)}`);
  }
  const kind = String(key.asymmetricKeyType);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (!KEY_TYPES.includes(kind) || (curve !== undefined && !CURVES.includes(curve))) {
    throw new MalformedPem(
      `holds a key of kind ${curve ?? kind}; Kafka takes RSA, and EC on ${CURVES.join(', ')}`,
    );
  }
  return key;
}

/** Certificates as Kafka reads them. */
export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => `${certificate.toString().trim()}\n`).join('');
}

/** A key as Kafka reads it: PKCS#8 only. */
export function pkcs8Of(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
