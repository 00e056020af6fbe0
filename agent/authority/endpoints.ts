import { EndpointPortConfig, EndpointsConfig, ServersConfig } from '../../lib/seam/agent-config';

/** A listener of a server that the authority verifies. */
export interface Endpoint extends EndpointPortConfig {
  readonly host: string;
  /** Secret of the certificate that it serves. */
  readonly secret: string;
}

/** Lists the listeners of all servers. */
export function endpointsOf(groups: readonly EndpointsConfig[]): Endpoint[] {
  return groups.flatMap(({ ports, secret, servers }) =>
    servers.flatMap(hostsOf).flatMap((host) => ports.map((port) => ({ ...port, secret, host }))),
  );
}

function hostsOf({ hostPattern, ids }: ServersConfig): string[] {
  return Array.from({ length: ids.last - ids.first + 1 }, (_, index) =>
    hostPattern.replace('*', String(ids.first + index)),
  );
}
