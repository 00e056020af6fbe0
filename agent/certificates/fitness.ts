import { KeyObject, X509Certificate } from 'node:crypto';
import { CERTIFICATE_FILES } from '../../lib/seam/agent-config';
import { union } from './bundle';
import { Use, excludedUses, whyNotTrusted } from './chain';
import { uncoveredNames } from './names';
import { Malformed, certificatesIn, pemOf, pkcs8Of, privateKeyIn } from './pem';

/** What the files of a folder hold, as their source has them. */
export interface SourceFiles {
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string;
}

/** What a folder is for. */
export interface Demands {
  /** Whether there is a certificate, or only CAs. */
  readonly hasLeaf: boolean;
  /** Names that the certificate must be valid for. */
  readonly names: readonly string[];
  readonly uses: readonly Use[];
}

/** A certificate with its key, and the issuers that come along. */
export interface Identity {
  readonly key: KeyObject;
  /** The certificate first. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
}

/** What a server gets. */
export interface Stores {
  /** Absent in folders that hold only CAs. */
  readonly identity?: Identity;
  readonly trusted: readonly X509Certificate[];
}

/** Whether a server may get what is in the files. */
export type Fitness =
  { readonly isFit: true; readonly stores: Stores } | { readonly isFit: false; readonly reason: string };

/**
 * Decides whether a server may get what is in the files of a folder.
 *
 * @param now milliseconds since 1970
 */
export function judgeFitness(files: SourceFiles, demands: Demands, now: number): Fitness {
  try {
    const trusted = union(parse(CERTIFICATE_FILES.trusted, () => certificatesIn(files.trusted)));
    if (!demands.hasLeaf) {
      return { isFit: true, stores: { trusted } };
    }
    const identity: Identity = {
      key: parse(CERTIFICATE_FILES.key, () => privateKeyIn(files.key)),
      chain: parse(CERTIFICATE_FILES.certificate, () => certificatesIn(files.certificate)) as [
        X509Certificate,
      ],
    };
    const reason = whyUnfit(identity, trusted, demands, now);
    return reason === undefined ? { isFit: true, stores: { identity, trusted } } : { isFit: false, reason };
  } catch (error) {
    if (error instanceof Malformed) {
      return { isFit: false, reason: error.message };
    }
    throw error;
  }
}

function parse<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Malformed ? new Malformed(`${file} ${error.message}`.replace(' : ', ': ')) : error;
  }
}

function whyUnfit(
  { key, chain }: Identity,
  trusted: readonly X509Certificate[],
  { names, uses }: Demands,
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
  return whyNotTrusted(chain, trusted, now);
}

/** The files that a server reads. */
export interface StoreFiles {
  readonly keyStore?: string;
  readonly trustStore: string;
}

/** Stores as files. */
export function filesOf({ identity, trusted }: Stores): StoreFiles {
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
export function storesOf({ keyStore, trustStore }: StoreFiles): Stores {
  return {
    identity:
      keyStore === undefined
        ? undefined
        : { key: privateKeyIn(keyStore), chain: certificatesIn(keyStore) as [X509Certificate] },
    trusted: certificatesIn(trustStore),
  };
}
