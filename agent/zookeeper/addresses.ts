import { ZOOKEEPER_PLAINTEXT_PORT, ZookeeperConfig } from '../../lib/seam/agent-config';
import { Credentials } from '../certificates/credentials';
import { ServerAddress } from './four-letter-word';

/** The server of this pod, at the port that needs no certificate. */
export function ownServer(): ServerAddress {
  return { host: '127.0.0.1', port: ZOOKEEPER_PLAINTEXT_PORT };
}

/** All servers but one, by their numbers. */
export function otherServers(
  { servers, listener }: ZookeeperConfig,
  self: number,
): ReadonlyMap<number, ServerAddress> {
  const { port, certificateFolder: certificates } = listener;
  const credentials = certificates === undefined ? undefined : Credentials.ofStores(certificates);
  return new Map(
    servers.filter(({ id }) => id !== self).map(({ id, host }) => [id, { host, port, credentials }]),
  );
}
