/* When certificates and CAs are due to be replaced. */
import { CaRecord, LeafRecord, PkiState, signingCa } from './state';

/** Share of a life after which something is replaced, and by how much of a life certificates come earlier. */
const REPLACEMENT_SHARE = 2 / 3;
const JITTER = 0.05;
/** Share of a life that is left when people should hear that nothing was replaced. */
const NEAR_EXPIRY_SHARE = 0.1;

/** When a certificate is to be renewed. Certificates that were issued together are not renewed together. */
export function renewalTime({ issued, notAfter, serial }: LeafRecord): number {
  const fraction = parseInt(serial.slice(-8), 16) / 2 ** 32;
  return at({ issued, notAfter }, REPLACEMENT_SHARE - JITTER * fraction);
}

/** When a CA is to be replaced. */
export function rotationTime(ca: CaRecord): number {
  return at(ca, REPLACEMENT_SHARE);
}

/** Whether a certificate is to be renewed now. One that ends with its CA would gain nothing by it. */
export function isRenewalDue(leaf: LeafRecord, state: PkiState, now: number): boolean {
  const signer = signingCa(state);
  return now >= renewalTime(leaf) && Date.parse(leaf.notAfter) < Date.parse(signer.notAfter);
}

/** Whether something is so near its end that somebody should look. */
export function isNearExpiry(one: CaRecord | LeafRecord, now: number): boolean {
  return now >= at(one, 1 - NEAR_EXPIRY_SHARE);
}

function at({ issued, notAfter }: { issued: string; notAfter: string }, share: number): number {
  const start = Date.parse(issued);
  return start + (Date.parse(notAfter) - start) * share;
}
