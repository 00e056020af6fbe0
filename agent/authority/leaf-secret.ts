/* Secret with an issued certificate. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { CERTIFICATE_FILES, LeafConfig, STORE_FILES } from '../../lib/seam/agent-config';
import { uncoveredNames } from '../certificates/names';
import { KeyAndCertificate, plainFingerprint } from './issue';
import { LeafRecord } from './state';

/** A Secret of the Kubernetes API. */
export interface SecretObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly type?: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Comparison of a Secret with its desired content. `stale`: the certificate is right, other content is not. `previous`: it
 * contains a certificate that this CA issued before. `foreign`: certificate or key are unknown or invalid.
 */
export type SecretVerdict = 'intact' | 'stale' | 'previous' | 'foreign' | 'missing';

/**
 * Compares a Secret with its desired content: the certificate of the state, and the trusted CAs.
 *
 * @param cas certificates of all CAs of the state, PEM
 */
export function judgeSecret(
  found: SecretObject | undefined,
  leaf: LeafConfig,
  record: LeafRecord | undefined,
  trusted: string,
  cas: readonly string[],
): SecretVerdict {
  if (found === undefined) {
    return 'missing';
  }
  const held = certificateIn(found);
  if (record === undefined || held === undefined) {
    return 'foreign';
  }
  if (fingerprintOf(held) !== record.fingerprint) {
    // The process ended between writing the state and the Secret, and the new key is lost.
    return isIssued(held, leaf, cas) ? 'previous' : 'foreign';
  }
  const desired = secretFor(leaf, held, trusted, found);
  const has = (a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}) =>
    Object.keys(a).every((key) => a[key] === b[key]);
  return has(desired.data, found.data) && has(desired.metadata.labels, found.metadata.labels)
    ? 'intact'
    : 'stale';
}

function isIssued({ certificate }: KeyAndCertificate, leaf: LeafConfig, cas: readonly string[]): boolean {
  const held = new X509Certificate(certificate);
  return (
    held.subject === `CN=${leaf.commonName}` &&
    uncoveredNames(held, leaf.dnsNames).length === 0 &&
    cas.some((ca) => held.verify(new X509Certificate(ca).publicKey))
  );
}

/** Certificate and key of a Secret; undefined if they are missing or do not match. */
export function certificateIn({ data = {} }: SecretObject): KeyAndCertificate | undefined {
  const held = {
    certificate: decodeEntry(data, CERTIFICATE_FILES.certificate),
    key: decodeEntry(data, CERTIFICATE_FILES.key),
  };
  try {
    const fits = new X509Certificate(held.certificate).checkPrivateKey(createPrivateKey(held.key));
    return fits ? held : undefined;
  } catch {
    return undefined;
  }
}

/** Trusted CAs of a Secret, PEM. */
export function trustedIn({ data = {} }: SecretObject): string[] {
  return (
    decodeEntry(data, CERTIFICATE_FILES.trusted).match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    ) ?? []
  );
}

/** The complete Secret. Metadata and entries that other clients have added stay, and the type, which is immutable. */
export function secretFor(
  leaf: LeafConfig,
  { key, certificate }: KeyAndCertificate,
  trusted: string,
  old?: SecretObject,
): SecretObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: old?.type ?? 'kubernetes.io/tls',
    metadata: { ...old?.metadata, name: leaf.secret, labels: { ...old?.metadata.labels, ...leaf.labels } },
    data: {
      ...old?.data,
      [CERTIFICATE_FILES.certificate]: encodeEntry(certificate),
      [CERTIFICATE_FILES.key]: encodeEntry(key),
      [CERTIFICATE_FILES.trusted]: encodeEntry(trusted),
      [STORE_FILES.keyStore]: encodeEntry(key + certificate),
    },
  };
}

function fingerprintOf({ certificate }: KeyAndCertificate): string {
  return plainFingerprint(new X509Certificate(certificate).fingerprint256);
}

/** Text of an entry; empty if it does not exist. */
export function decodeEntry(data: Readonly<Record<string, string>>, name: string): string {
  return Buffer.from(data[name] ?? '', 'base64').toString();
}

/** Encodes the text of an entry. */
export function encodeEntry(text: string): string {
  return Buffer.from(text).toString('base64');
}
