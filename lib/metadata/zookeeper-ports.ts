import { ZOOKEEPER_PLAINTEXT_PORT } from '../seam/agent-config';

/** Port for brokers and tools where there is TLS. */
const SECURE_PORT = 2182;

/** Port of the metrics. */
export const METRICS_PORT = 7000;

/** Port that servers elect their leader on. */
export const ELECTION_PORT = 3888;

/** Ports of servers among themselves. */
export const PEER_PORTS = [2888, ELECTION_PORT];

/** Port for brokers and tools. */
export function clientPort(isTls: boolean): number {
  return isTls ? SECURE_PORT : ZOOKEEPER_PLAINTEXT_PORT;
}

/** Ports of the Service through which servers find each other. */
export function servicePorts(isTls: boolean): { name: string; port: number }[] {
  const [peer, election] = PEER_PORTS;
  return [
    { name: 'client', port: clientPort(isTls) },
    { name: 'peer', port: peer },
    { name: 'election', port: election },
    { name: 'metrics', port: METRICS_PORT },
  ];
}
