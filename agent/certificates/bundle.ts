/*
 * A bundle is a set of trusted CAs. Its text depends only on the set: a source that lists the same CAs in another order
 * or lists a CA twice causes no change.
 */
import { X509Certificate } from 'node:crypto';

/** All CAs of several bundles, each once, in a fixed order. */
export function union(...bundles: readonly (readonly X509Certificate[])[]): X509Certificate[] {
  const found = new Map(bundles.flat().map((certificate) => [certificate.fingerprint256, certificate]));
  return [...found.values()].sort((a, b) => (a.fingerprint256 < b.fingerprint256 ? -1 : 1));
}

/** True if two bundles contain the same CAs. */
export function isSame(one: readonly X509Certificate[], other: readonly X509Certificate[]): boolean {
  const [a, b] = [union(one), union(other)].map((bundle) => bundle.map((ca) => ca.fingerprint256).join());
  return a === b;
}

/** Expiry of the certificate that expires first, in milliseconds since 1970. */
export function earliestExpiry(certificates: readonly X509Certificate[]): number {
  return Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)));
}
