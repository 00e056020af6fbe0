/*
 * The order in which a running Kafka takes over certificates. A listener between brokers refuses a certificate that its
 * own CAs do not vouch for, and the reverse, so a new CA has to be there before the certificate, and the old one until
 * after it.
 */
import { X509Certificate } from 'node:crypto';
import { isSame, union } from './bundle';
import { whyNotTrusted } from './chain';
import { Identity, Stores, filesOf } from './fitness';

/** One step: what Kafka gets, and by what it is known that Kafka has taken it. */
export interface Step {
  readonly stores: Stores;
  /** Who must be accepted as a client afterwards. */
  readonly accepts?: Identity;
  /** Who must be accepted no longer. */
  readonly refuses?: Identity;
  /** Whether handshakes tell before from after; else only time does. */
  readonly isVisible: boolean;
}

/**
 * The steps from what Kafka has to what it should have; none where that is the same.
 *
 * @param now milliseconds since 1970
 */
export function planReload(current: Stores, wanted: Stores, now: number): Step[] {
  const both = union(current.trusted, wanted.trusted);
  const path: Stores[] = isSameIdentity(current.identity, wanted.identity)
    ? [wanted]
    : [{ identity: current.identity, trusted: both }, { identity: wanted.identity, trusted: both }, wanted];
  const steps: Step[] = [];
  let before = current;
  for (const stores of path) {
    if (isSameStores(before, stores)) {
      continue;
    }
    const isTrusted = (identity: Identity, trusted: readonly X509Certificate[]) =>
      whyNotTrusted(identity.chain, trusted, now) === undefined;
    const old = current.identity;
    const refuses =
      old && isTrusted(old, before.trusted) && !isTrusted(old, stores.trusted) ? old : undefined;
    const isVisible = refuses !== undefined || !isSameIdentity(before.identity, stores.identity);
    steps.push({ stores, accepts: wanted.identity, refuses, isVisible });
    before = stores;
  }
  return steps;
}

/** Whether Kafka would notice no difference. */
export function isSameStores(one: Stores, other: Stores): boolean {
  return isSameIdentity(one.identity, other.identity) && isSame(one.trusted, other.trusted);
}

function isSameIdentity(one: Identity | undefined, other: Identity | undefined): boolean {
  const [a, b] = [one, other].map((identity) => filesOf({ identity, trusted: [] }).keyStore);
  return a === b;
}
