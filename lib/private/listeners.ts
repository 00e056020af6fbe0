/*
 * What a Kafka server listens on. Names, ports and protocols are decided here and nowhere else: settings, Services,
 * probes and addresses follow from these values.
 */
import { Settings } from './properties';

/** Who talks to a listener. */
export type ListenerPurpose = 'internal' | 'client' | 'controller';

/** One port of a Kafka server. */
export interface Listener {
  readonly purpose: ListenerPurpose;
  /** Kafka's name of the listener. */
  readonly name: string;
  /** Name of the port in Services and pods. */
  readonly portName: string;
  readonly port: number;
  readonly securityProtocol: 'PLAINTEXT';
}

/** Between brokers, and from agents to brokers. */
export const INTERNAL: Listener = {
  purpose: 'internal',
  name: 'INTERNAL',
  portName: 'internal',
  port: 9091,
  securityProtocol: 'PLAINTEXT',
};

/** From producers, consumers and tools to brokers. */
export const CLIENT: Listener = {
  purpose: 'client',
  name: 'CLIENT',
  portName: 'client',
  port: 9092,
  securityProtocol: 'PLAINTEXT',
};

/** Between controllers, and from brokers to controllers. */
export const CONTROLLER: Listener = {
  purpose: 'controller',
  name: 'CONTROLLER',
  portName: 'controller',
  port: 9093,
  securityProtocol: 'PLAINTEXT',
};

/** What a broker serves. */
export const BROKER_LISTENERS: readonly Listener[] = [INTERNAL, CLIENT];

/** Settings of a server that serves some listeners and is a client of others. */
export function listenerSettings(served: readonly Listener[], used: readonly Listener[]): Settings {
  const protocols = [...served, ...used].map(({ name, securityProtocol }) => `${name}:${securityProtocol}`);
  return {
    listeners: served.map(({ name, port }) => `${name}://:${port}`).join(','),
    'listener.security.protocol.map': [...new Set(protocols)].join(','),
  };
}

/** Ports of a container or Service. */
export function listenerPorts(listeners: readonly Listener[]): { name: string; port: number }[] {
  return listeners.map(({ portName, port }) => ({ name: portName, port }));
}
