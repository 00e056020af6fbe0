/* Schedule of renewals and rotations. */
import { CaRecord, LeafRecord, PkiState, signingCa } from './state';

/** Share of the lifetime after which a certificate or CA is replaced. */
const REPLACEMENT_SHARE = 2 / 3;
/** Share of the lifetime by which certificates can be renewed earlier. */
const JITTER = 0.05;
/** Remaining share of the lifetime at which a warning is recorded. */
const NEAR_EXPIRY_SHARE = 0.1;

/** Time of the renewal of a certificate. Certificates that were issued together are renewed at different times. */
export function renewalTime({ issued, notAfter, serial }: LeafRecord): number {
  const fraction = parseInt(serial.slice(-8), 16) / 2 ** 32;
  return at({ issued, notAfter }, REPLACEMENT_SHARE - JITTER * fraction);
}

/** Time of the rotation of a CA. */
export function rotationTime(ca: CaRecord): number {
  return at(ca, REPLACEMENT_SHARE);
}

/** True if a certificate is due for renewal. A certificate that expires with its CA is not renewed before the CA. */
export function isRenewalDue(leaf: LeafRecord, state: PkiState, now: number): boolean {
  const signer = signingCa(state);
  return now >= renewalTime(leaf) && Date.parse(leaf.notAfter) < Date.parse(signer.notAfter);
}

/** True if a certificate or CA expires soon and should have been replaced. */
export function isNearExpiry(one: CaRecord | LeafRecord, now: number): boolean {
  return now >= at(one, 1 - NEAR_EXPIRY_SHARE);
}

function at({ issued, notAfter }: { issued: string; notAfter: string }, share: number): number {
  const start = Date.parse(issued);
  return start + (Date.parse(notAfter) - start) * share;
}
