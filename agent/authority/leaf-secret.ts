/* The Secret in which a certificate reaches those that use it. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { CERTIFICATE_FILES, LeafConfig, STORE_FILES } from '../../lib/seam/agent-config';
import { uncoveredNames } from '../certificates/names';
import { KeyAndCertificate, plainFingerprint } from './issue';
import { LeafRecord } from './state';

/** A Secret as the API server has it. */
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
 * How a Secret compares with what it should hold: `stale`, the certificate is right and the rest is not; `earlier`, it
 * still has one that this authority issued before; `foreign`, the certificate or its key is another one, or broken.
 */
export type SecretVerdict = 'intact' | 'stale' | 'earlier' | 'foreign' | 'missing';

/**
 * Compares a Secret with what it should hold: a certificate that the state knows, and the CAs to trust.
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
    // A process that ended between the state and the Secret leaves that behind; the new key went with it.
    return isIssued(held, leaf, cas) ? 'earlier' : 'foreign';
  }
  const wanted = secretFor(leaf, held, trusted, found);
  const same = (a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}) =>
    Object.keys({ ...a, ...b }).every((key) => a[key] === b[key]);
  return same(wanted.data, found.data) && same(wanted.metadata.labels, found.metadata.labels)
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

/** The certificate of a Secret with its key; undefined when the two are not there, or do not belong together. */
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

/** The CAs that a Secret says are to be trusted, PEM. */
export function trustedIn({ data = {} }: SecretObject): string[] {
  return (
    decodeEntry(data, CERTIFICATE_FILES.trusted).match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    ) ?? []
  );
}

/** The whole Secret. What others added to an old one's metadata stays, and its type, which cannot be changed. */
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

/** Text of an entry; nothing where there is none. */
export function decodeEntry(data: Readonly<Record<string, string>>, name: string): string {
  return Buffer.from(data[name] ?? '', 'base64').toString();
}

/** Text as an entry holds it. */
export function encodeEntry(text: string): string {
  return Buffer.from(text).toString('base64');
}
