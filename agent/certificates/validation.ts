import { KeyObject, X509Certificate } from 'node:crypto';
import { CERTIFICATE_FILES } from '../../lib/seam/agent-config';
import { union } from './bundle';
import { CertificateUse, excludedUses, untrustedReason } from './chain';
import { uncoveredNames } from './names';
import { MalformedPem, certificatesIn, pemOf, pkcs8Of, privateKeyIn } from './pem';

/** What the files of a folder hold, as their source has them. */
export interface SourceFiles {
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string;
}

/** What a folder is for. */
export interface CertificateRequirements {
  /** Whether there is a certificate, or only CAs. */
  readonly hasLeaf: boolean;
  /** Names that the certificate must be valid for. */
  readonly names: readonly string[];
  readonly uses: readonly CertificateUse[];
}

/** A certificate with its key, and the issuers that come along. */
export interface PrivateKeyEntry {
  readonly key: KeyObject;
  /** The certificate first. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
}

/** What a server gets. */
export interface Stores {
  /** Absent in folders that hold only CAs. */
  readonly keyEntry?: PrivateKeyEntry;
  readonly trusted: readonly X509Certificate[];
}

/** Whether a server may get what is in the files. */
export type ValidationResult =
  { readonly isValid: true; readonly stores: Stores } | { readonly isValid: false; readonly reason: string };

/**
 * Decides whether a server may get what is in the files of a folder.
 *
 * @param now milliseconds since 1970
 */
export function validateFiles(files: SourceFiles, demands: CertificateRequirements, now: number): ValidationResult {
  try {
    const trusted = union(parse(CERTIFICATE_FILES.trusted, () => certificatesIn(files.trusted)));
    if (!demands.hasLeaf) {
      return { isValid: true, stores: { trusted } };
    }
    const identity: PrivateKeyEntry = {
      key: parse(CERTIFICATE_FILES.key, () => privateKeyIn(files.key)),
      chain: parse(CERTIFICATE_FILES.certificate, () => certificatesIn(files.certificate)) as [
        X509Certificate,
      ],
    };
    const reason = invalidReason(identity, trusted, demands, now);
    return reason === undefined ? { isValid: true, stores: { keyEntry: identity, trusted } } : { isValid: false, reason };
  } catch (error) {
    if (error instanceof MalformedPem) {
      return { isValid: false, reason: error.message };
    }
    throw error;
  }
}

function parse<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MalformedPem ? new MalformedPem(`${file} ${error.message}`.replace(' : ', ': ')) : error;
  }
}

function invalidReason(
  { key, chain }: PrivateKeyEntry,
  trusted: readonly X509Certificate[],
  { names, uses }: CertificateRequirements,
  now: number,
): string | undefined {
  const [leaf] = chain;
  if (!leaf.checkPrivateKey(key)) {
    return `${CERTIFICATE_FILES.key} is not the key of the certificate in ${CERTIFICATE_FILES.certificate}`;
  }
  const uncovered = uncoveredNames(leaf, names);
  if (uncovered.length > 0) {
    return `the certificate is not valid for ${uncovered.join(', ')}, only for ${leaf.subjectAltName ?? 'no name'}`;
  }
  const excluded = excludedUses(leaf, uses);
  if (excluded.length > 0) {
    return `the certificate is not for use as ${excluded.join(' and ')}; its issuer must allow that, or name no use at all`;
  }
  return untrustedReason(chain, trusted, now);
}

/** The files that a server reads. */
export interface StoreFiles {
  readonly keyStore?: string;
  readonly trustStore: string;
}

/** Stores as files. */
export function toStoreFiles({ keyEntry: identity, trusted }: Stores): StoreFiles {
  return {
    keyStore: identity && `${pkcs8Of(identity.key)}${pemOf(identity.chain)}`,
    trustStore: pemOf(union(trusted)),
  };
}

/**
 * Stores that were once written.
 *
 * @throws Malformed when something else has written them
 */
export function parseStores({ keyStore, trustStore }: StoreFiles): Stores {
  return {
    keyEntry:
      keyStore === undefined
        ? undefined
        : { key: privateKeyIn(keyStore), chain: certificatesIn(keyStore) as [X509Certificate] },
    trusted: certificatesIn(trustStore),
  };
}
