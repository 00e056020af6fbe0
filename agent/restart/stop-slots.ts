/*
 * Turns by the clock, for servers that cannot wait for the stop Lease: the API server does not answer, or too many servers wait.
 * Time is divided into slots. Every other slot belongs to the servers of one zone, the others each belong to one server. A server
 * stops at one moment of its slot only, and holders of the Lease do not stop around that moment. So a stop is visible in Kafka
 * before the next server decides, although none of them knows of the others. The clocks of nodes may differ by two seconds.
 */

/** Position of a server among those that share a Lease, from 0, and their number. */
export interface StopOrder {
  readonly position: number;
  readonly count: number;
}

/** A period, in milliseconds since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Owner of the current slot. */
export type Slot = 'zone' | 'server';

const SLOT_MS = 30_000;
/** Moment of a slot in which its owner may stop. */
const OWNER_FROM_MS = 8_000;
const OWNER_TO_MS = 12_000;
/** A stop is visible in the metadata of Kafka after this time. */
const VISIBLE_MS = 4_000;

/** True if a holder of the Lease may stop with a verdict that took this time. */
export function isLeaseTime({ from, to }: Period): boolean {
  const closed = OWNER_TO_MS - OWNER_FROM_MS + 2 * VISIBLE_MS;
  return to - from < closed && [from, to].every(isOpen);
}

/** True at the moment of a slot in which no holder of the Lease stops. */
export function isOwnerTime({ from, to }: Period): boolean {
  const end = from - (from % SLOT_MS) + OWNER_TO_MS;
  return from % SLOT_MS >= OWNER_FROM_MS && to < end;
}

/** Returns the owner of the slot if this server may stop now without the Lease, with a verdict that took this time. */
export function ownSlot(
  { from, to }: Period,
  order: StopOrder,
  zone: StopOrder | undefined,
): Slot | undefined {
  if (!isOwnerTime({ from, to })) {
    return undefined;
  }
  const slot = Math.floor(from / SLOT_MS);
  const turn = Math.floor(slot / 2);
  if (slot % 2 === 0) {
    return zone && turn % zone.count === zone.position ? 'zone' : undefined;
  }
  return turn % order.count === order.position ? 'server' : undefined;
}

function isOpen(time: number): boolean {
  const phase = time % SLOT_MS;
  return phase < OWNER_FROM_MS - VISIBLE_MS || phase >= OWNER_TO_MS + VISIBLE_MS;
}
