import { Endpoint } from './endpoints';
import { Seen } from './gates';
import { Outcome } from './outcome';

/** A gap between two looks in which a server may well have been there. */
const GAP_MS = 120_000;

/**
 * For how long endpoints have been out of reach. It is kept in memory alone: a process that begins anew waits longer,
 * which is never wrong.
 */
export class Absences {
  private readonly since = new Map<string, { from: number; last: number }>();

  /** Adds to each outcome how long it has been like this. */
  of(endpoints: readonly Endpoint[], outcomes: readonly Outcome[], now: number): Seen[] {
    return endpoints.map((endpoint, index) => {
      const outcome = outcomes[index];
      const key = `${endpoint.host}:${endpoint.port}`;
      if (outcome.kind !== 'unreachable') {
        this.since.delete(key);
        return { endpoint, outcome, unreachableSeconds: 0 };
      }
      const known = this.since.get(key);
      const from = known && now - known.last <= GAP_MS ? known.from : now;
      this.since.set(key, { from, last: now });
      return { endpoint, outcome, unreachableSeconds: (now - from) / 1000 };
    });
  }
}
