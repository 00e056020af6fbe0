import { EndpointPortConfig, EndpointsConfig } from '../../lib/seam/agent-config';

/** A listener of a server that the authority verifies. */
export interface Endpoint extends EndpointPortConfig {
  readonly host: string;
  /** Secret of the certificate that it serves. */
  readonly secret: string;
}

/** Lists the listeners of all servers. */
export function endpointsOf(groups: readonly EndpointsConfig[]): Endpoint[] {
  return groups.flatMap(({ hostPattern, ids, ports, secret }) =>
    Array.from({ length: ids.last - ids.first + 1 }, (_, index) =>
      ports.map((port) => ({ ...port, secret, host: hostPattern.replace('*', String(ids.first + index)) })),
    ).flat(),
  );
}
