import { EndpointPortConfig, EndpointsConfig } from '../../lib/seam/agent-config';

/** A listener of a server, as an authority proves it. */
export interface Endpoint extends EndpointPortConfig {
  readonly host: string;
  /** Secret of the leaf that it serves. */
  readonly secret: string;
}

/** All listeners of all servers. */
export function endpointsOf(groups: readonly EndpointsConfig[]): Endpoint[] {
  return groups.flatMap(({ hostPattern: hosts, ids, ports, secret }) =>
    Array.from({ length: ids.last - ids.first + 1 }, (_, index) =>
      ports.map((port) => ({ ...port, secret, host: hosts.replace('*', String(ids.first + index)) })),
    ).flat(),
  );
}
