import { KeyObject, X509Certificate } from 'node:crypto';
import { CERTIFICATE_FILES } from '../../lib/seam/agent-config';
import { union } from './bundle';
import { CertificateUse, excludedUses, untrustedReason } from './chain';
import { formatDistinguishedName, uncoveredNames } from './names';
import { MalformedPem, certificatesIn, pemOf, pkcs8Of, privateKeyIn } from './pem';

/** Content of the source files of a folder. */
export interface SourceFiles {
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string;
}

/** Requirements for the certificates of a folder. */
export interface CertificateRequirements {
  /** False if the folder contains only CAs. */
  readonly hasCertificate: boolean;
  /** DNS names for which the certificate must be valid. */
  readonly names: readonly string[];
  readonly uses: readonly CertificateUse[];
}

/** A private key with its certificate chain. */
export interface PrivateKeyEntry {
  readonly key: KeyObject;
  /** The certificate, followed by intermediate CAs. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
}

/** Keystore and truststore of a server. */
export interface Stores {
  /** Absent in folders with only CAs. */
  readonly keyEntry?: PrivateKeyEntry;
  readonly trusted: readonly X509Certificate[];
}

/** Result of the validation of source files. */
export type ValidationResult =
  { readonly isValid: true; readonly stores: Stores } | { readonly isValid: false; readonly reason: string };

/**
 * Validates the source files of a folder.
 *
 * @param now milliseconds since 1970
 */
export function validateFiles(
  files: SourceFiles,
  requirements: CertificateRequirements,
  now: number,
): ValidationResult {
  try {
    const trusted = union(parse(CERTIFICATE_FILES.trusted, () => certificatesIn(files.trusted)));
    if (!requirements.hasCertificate) {
      return { isValid: true, stores: { trusted } };
    }
    const keyEntry: PrivateKeyEntry = {
      key: parse(CERTIFICATE_FILES.key, () => privateKeyIn(files.key)),
      chain: parse(CERTIFICATE_FILES.certificate, () => certificatesIn(files.certificate)) as [
        X509Certificate,
      ],
    };
    const reason = invalidReason(keyEntry, trusted, requirements, now);
    return reason === undefined
      ? { isValid: true, stores: { keyEntry, trusted } }
      : { isValid: false, reason };
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
    throw error instanceof MalformedPem
      ? new MalformedPem(`${file} ${error.message}`.replace(' : ', ': '))
      : error;
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
    return wrongKeyReason(key, chain);
  }
  const uncovered = uncoveredNames(leaf, names);
  if (uncovered.length > 0) {
    return `the certificate is not valid for ${uncovered.join(', ')}; its names are: ${leaf.subjectAltName ?? 'none'}`;
  }
  const excluded = excludedUses(leaf, uses);
  if (excluded.length > 0) {
    return `the extended key usage of the certificate does not allow ${excluded.join(' and ')} authentication; issue it with this usage, or without extended key usages`;
  }
  return untrustedReason(chain, trusted, now);
}

/** The key belongs to another certificate of the chain if the order is reversed. */
function wrongKeyReason(key: KeyObject, chain: readonly X509Certificate[]): string {
  const { certificate, key: keyFile } = CERTIFICATE_FILES;
  const position = chain.findIndex((one) => one.checkPrivateKey(key)) + 1;
  return position === 0
    ? `${keyFile} is not the key of the certificate in ${certificate}`
    : `${certificate} begins with '${formatDistinguishedName(chain[0].subject)}', and ${keyFile} is the key of certificate ` +
        `${position}; write the certificate of the key first, then its intermediates`;
}

/** Files that a server reads. */
export interface StoreFiles {
  readonly keyStore?: string;
  readonly trustStore: string;
}

/** Converts stores to files. */
export function toStoreFiles({ keyEntry, trusted }: Stores): StoreFiles {
  return {
    keyStore: keyEntry && `${pkcs8Of(keyEntry.key)}${pemOf(keyEntry.chain)}`,
    trustStore: pemOf(union(trusted)),
  };
}

/**
 * Parses files that `toStoreFiles` has written.
 *
 * @throws MalformedPem if the files have other content
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
