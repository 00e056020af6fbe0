/*
 * Order in which a running Kafka reloads certificates. The inter-broker listener rejects a certificate that its own CAs do
 * not trust, and CAs that do not trust its certificate. So a new CA is added before the certificate changes, and the old
 * CA is removed afterwards.
 */
import { X509Certificate } from 'node:crypto';
import { isSame, union } from './bundle';
import { untrustedReason } from './chain';
import { PrivateKeyEntry, Stores, toStoreFiles } from './validation';

/** One reload, and the handshakes that verify it. */
export interface ReloadStep {
  readonly stores: Stores;
  /** Client certificate that must be accepted afterwards. */
  readonly mustAccept?: PrivateKeyEntry;
  /** Client certificate that must be rejected afterwards. */
  readonly mustReject?: PrivateKeyEntry;
  /** True if handshakes differ before and after the step. Otherwise only a delay ensures the reload. */
  readonly isVerifiable: boolean;
}

/**
 * Steps from the current to the desired stores; none if they are the same.
 *
 * @param now milliseconds since 1970
 */
export function planReload(current: Stores, desired: Stores, now: number): ReloadStep[] {
  const both = union(current.trusted, desired.trusted);
  const path: Stores[] = isSameKeyEntry(current.keyEntry, desired.keyEntry)
    ? [desired]
    : [{ keyEntry: current.keyEntry, trusted: both }, { keyEntry: desired.keyEntry, trusted: both }, desired];
  const steps: ReloadStep[] = [];
  let before = current;
  for (const stores of path) {
    if (isSameStores(before, stores)) {
      continue;
    }
    const isTrusted = (entry: PrivateKeyEntry, trusted: readonly X509Certificate[]) =>
      untrustedReason(entry.chain, trusted, now) === undefined;
    const old = current.keyEntry;
    const mustReject =
      old && isTrusted(old, before.trusted) && !isTrusted(old, stores.trusted) ? old : undefined;
    const isVerifiable = mustReject !== undefined || !isSameKeyEntry(before.keyEntry, stores.keyEntry);
    steps.push({ stores, mustAccept: desired.keyEntry, mustReject, isVerifiable });
    before = stores;
  }
  return steps;
}

/** True if two stores are equal for Kafka. */
export function isSameStores(one: Stores, other: Stores): boolean {
  return isSameKeyEntry(one.keyEntry, other.keyEntry) && isSame(one.trusted, other.trusted);
}

function isSameKeyEntry(one: PrivateKeyEntry | undefined, other: PrivateKeyEntry | undefined): boolean {
  const [a, b] = [one, other].map((keyEntry) => toStoreFiles({ keyEntry, trusted: [] }).keyStore);
  return a === b;
}
