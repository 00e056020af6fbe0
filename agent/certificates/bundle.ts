/*
 * A bundle is a set of trusted CAs. Its text depends on the set alone, so that a source which lists the same CAs in
 * another order, or one of them twice, changes nothing.
 */
import { X509Certificate } from 'node:crypto';

/** The CAs that are in any of some lists, each once, in an order of their own. */
export function union(...bundles: readonly (readonly X509Certificate[])[]): X509Certificate[] {
  const found = new Map(bundles.flat().map((certificate) => [certificate.fingerprint256, certificate]));
  return [...found.values()].sort((a, b) => (a.fingerprint256 < b.fingerprint256 ? -1 : 1));
}

/** Whether two bundles trust the same CAs. */
export function isSame(one: readonly X509Certificate[], other: readonly X509Certificate[]): boolean {
  const [a, b] = [union(one), union(other)].map((bundle) => bundle.map((ca) => ca.fingerprint256).join());
  return a === b;
}

/** When the first certificate of a list expires, in milliseconds since 1970. */
export function earliestExpiry(certificates: readonly X509Certificate[]): number {
  return Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)));
}
