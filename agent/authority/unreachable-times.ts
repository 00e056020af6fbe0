import { Endpoint } from './endpoints';
import { EndpointResult } from './endpoint-checks';
import { HandshakeOutcome } from './handshake-outcome';

/** A gap between two looks in which a server may well have been there. */
const MAX_GAP_MS = 120_000;

/**
 * For how long endpoints have been out of reach. It is kept in memory alone: a process that begins anew waits longer,
 * which is never wrong.
 */
export class UnreachableTimes {
  private readonly unreachableSince = new Map<string, { from: number; last: number }>();

  /** Adds to each outcome how long it has been like this. */
  track(endpoints: readonly Endpoint[], outcomes: readonly HandshakeOutcome[], now: number): EndpointResult[] {
    return endpoints.map((endpoint, index) => {
      const outcome = outcomes[index];
      const key = `${endpoint.host}:${endpoint.port}`;
      if (outcome.kind !== 'unreachable') {
        this.unreachableSince.delete(key);
        return { endpoint, outcome, unreachableSeconds: 0 };
      }
      const known = this.unreachableSince.get(key);
      const from = known && now - known.last <= MAX_GAP_MS ? known.from : now;
      this.unreachableSince.set(key, { from, last: now });
      return { endpoint, outcome, unreachableSeconds: (now - from) / 1000 };
    });
  }
}
