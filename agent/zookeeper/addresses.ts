import { ZOOKEEPER_PLAINTEXT_PORT, ZookeeperConfig } from '../../lib/seam/agent-config';
import { Credentials } from '../certificates/credentials';
import { ServerAddress } from './four-letter-word';

/** Returns the address of the server of this pod: its plaintext port. */
export function ownServer(): ServerAddress {
  return { host: '127.0.0.1', port: ZOOKEEPER_PLAINTEXT_PORT };
}

/** Returns the addresses of all servers except one, by server id. */
export function otherServers(
  { servers, listener }: ZookeeperConfig,
  self: number,
): ReadonlyMap<number, ServerAddress> {
  const { port, certificateFolder } = listener;
  const credentials = certificateFolder === undefined ? undefined : Credentials.ofStores(certificateFolder);
  return new Map(
    servers.filter(({ id }) => id !== self).map(({ id, host }) => [id, { host, port, credentials }]),
  );
}
