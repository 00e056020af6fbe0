/*
 * Secrets that another client changes again and again. Each repair issues a new certificate, which every broker reloads, so repairs
 * of such a Secret become rarer. The record is kept only in memory: after a restart the authority repairs at once, which is safe.
 */
import { SecretObject, SecretVerdict } from './leaf-secret';

/** Repairs of a Secret. */
export interface Repairs {
  readonly count: number;
  /** Earliest time of the next repair. */
  readonly next: number;
}

/** Repairs without a pause. */
export const FREE_REPAIRS = 2;

const FIRST_PAUSE_MS = 15_000;
const MAX_PAUSE_MS = 600_000;
/** Time without a repair after which a Secret is not contested any more. */
const FORGET_MS = 3_600_000;

/** Repairs after one more repair. */
export function withRepair(repairs: Repairs | undefined, now: number): Repairs {
  const count = (repairs !== undefined && now - repairs.next < FORGET_MS ? repairs.count : 0) + 1;
  const pause =
    count <= FREE_REPAIRS ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - FREE_REPAIRS - 1));
  return { count, next: now + pause };
}

/** The clients that changed the data of a Secret last, as the API server recorded them. */
export function writersOf(found: SecretObject | undefined): string {
  if (found === undefined) {
    return 'deleted by another client';
  }
  const { managedFields } = found.metadata as { managedFields?: readonly ManagedFields[] };
  const times = (managedFields ?? [])
    .filter(({ fieldsV1 }) => fieldsV1?.['f:data'] !== undefined)
    .map(({ manager, operation, time }) => ({ who: `'${manager}' (${operation})`, time: time ?? '' }));
  const last = times.reduce((latest, { time }) => (time > latest ? time : latest), '');
  const writers = times.filter(({ time }) => time === last).map(({ who }) => who);
  return writers.length === 0 ? 'changed by another client' : `changed by ${writers.join(' and ')}`;
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** Counts the repairs of each Secret. */
export class ContestedSecrets {
  private readonly repairs = new Map<string, Repairs>();
  private readonly written = new Map<string, string>();

  /** Repairs of a Secret; undefined if there was none. */
  of(secret: string): Repairs | undefined {
    return this.repairs.get(secret);
  }

  /**
   * Records that the authority writes a Secret.
   *
   * @param trusted CAs that it writes. A Secret with other CAs than before is no repair.
   */
  record(secret: string, verdict: SecretVerdict, isIssued: boolean, trusted: string, now: number): void {
    const isRepair =
      verdict === 'stale' ? this.written.get(secret) === trusted : verdict !== 'intact' && isIssued;
    if (isRepair) {
      this.repairs.set(secret, withRepair(this.repairs.get(secret), now));
    }
    this.written.set(secret, trusted);
  }
}
