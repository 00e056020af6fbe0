import { ZOOKEEPER_PLAINTEXT_PORT } from '../seam/agent-config';

/** Port for brokers and tools with TLS. */
const SECURE_PORT = 2182;

/** Port of the metrics. */
export const METRICS_PORT = 7000;

/** Port for leader elections among the servers. */
export const ELECTION_PORT = 3888;

/** Ports for connections between the servers. */
export const PEER_PORTS = [2888, ELECTION_PORT];

/** Port for brokers and tools. */
export function clientPort(isTls: boolean): number {
  return isTls ? SECURE_PORT : ZOOKEEPER_PLAINTEXT_PORT;
}

/** Ports of the headless Service of the servers. */
export function servicePorts(isTls: boolean): { name: string; port: number }[] {
  const [peer, election] = PEER_PORTS;
  return [
    { name: 'client', port: clientPort(isTls) },
    { name: 'peer', port: peer },
    { name: 'election', port: election },
    { name: 'metrics', port: METRICS_PORT },
  ];
}
