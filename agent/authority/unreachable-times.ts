import { Endpoint } from './endpoints';
import { EndpointResult } from './endpoint-checks';
import { HandshakeOutcome } from './handshake-outcome';

/** Maximum time between two probes of an uninterrupted outage. */
const MAX_GAP_MS = 120_000;

/**
 * Times for which endpoints have been unreachable. They are kept only in memory: after a restart the authority waits longer,
 * which is safe.
 */
export class UnreachableTimes {
  private readonly unreachableSince = new Map<string, { from: number; last: number }>();

  /** Adds the unreachable time to each outcome. */
  track(
    endpoints: readonly Endpoint[],
    outcomes: readonly HandshakeOutcome[],
    now: number,
  ): EndpointResult[] {
    return endpoints.map((endpoint, index) => {
      const handshake = outcomes[index];
      const key = `${endpoint.host}:${endpoint.port}`;
      if (handshake.kind !== 'unreachable') {
        this.unreachableSince.delete(key);
        return { endpoint, handshake, unreachableSeconds: 0 };
      }
      const known = this.unreachableSince.get(key);
      const from = known && now - known.last <= MAX_GAP_MS ? known.from : now;
      this.unreachableSince.set(key, { from, last: now });
      return { endpoint, handshake, unreachableSeconds: (now - from) / 1000 };
    });
  }
}
