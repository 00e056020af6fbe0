/*
 * The order in which a running Kafka takes over certificates. A listener between brokers refuses a certificate that its
 * own CAs do not vouch for, and the reverse, so a new CA has to be there before the certificate, and the old one until
 * after it.
 */
import { X509Certificate } from 'node:crypto';
import { isSame, union } from './bundle';
import { untrustedReason } from './chain';
import { PrivateKeyEntry, Stores, toStoreFiles } from './validation';

/** One step: what Kafka gets, and by what it is known that Kafka has taken it. */
export interface ReloadStep {
  readonly stores: Stores;
  /** Who must be accepted as a client afterwards. */
  readonly mustAccept?: PrivateKeyEntry;
  /** Who must be accepted no longer. */
  readonly mustReject?: PrivateKeyEntry;
  /** Whether handshakes tell before from after; else only time does. */
  readonly isVerifiable: boolean;
}

/**
 * The steps from what Kafka has to what it should have; none where that is the same.
 *
 * @param now milliseconds since 1970
 */
export function planReload(current: Stores, wanted: Stores, now: number): ReloadStep[] {
  const both = union(current.trusted, wanted.trusted);
  const path: Stores[] = isSameKeyEntry(current.keyEntry, wanted.keyEntry)
    ? [wanted]
    : [{ keyEntry: current.keyEntry, trusted: both }, { keyEntry: wanted.keyEntry, trusted: both }, wanted];
  const steps: ReloadStep[] = [];
  let before = current;
  for (const stores of path) {
    if (isSameStores(before, stores)) {
      continue;
    }
    const isTrusted = (identity: PrivateKeyEntry, trusted: readonly X509Certificate[]) =>
      untrustedReason(identity.chain, trusted, now) === undefined;
    const old = current.keyEntry;
    const refuses =
      old && isTrusted(old, before.trusted) && !isTrusted(old, stores.trusted) ? old : undefined;
    const isVisible = refuses !== undefined || !isSameKeyEntry(before.keyEntry, stores.keyEntry);
    steps.push({ stores, mustAccept: wanted.keyEntry, mustReject: refuses, isVerifiable: isVisible });
    before = stores;
  }
  return steps;
}

/** Whether Kafka would notice no difference. */
export function isSameStores(one: Stores, other: Stores): boolean {
  return isSameKeyEntry(one.keyEntry, other.keyEntry) && isSame(one.trusted, other.trusted);
}

function isSameKeyEntry(one: PrivateKeyEntry | undefined, other: PrivateKeyEntry | undefined): boolean {
  const [a, b] = [one, other].map((identity) => toStoreFiles({ keyEntry: identity, trusted: [] }).keyStore);
  return a === b;
}
