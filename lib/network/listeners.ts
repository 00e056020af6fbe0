/*
 * What a Kafka server listens on. Names, ports and protocols are decided here and nowhere else: settings, Services,
 * probes, NetworkPolicies and addresses follow from these values.
 */
import { ClientListener } from './client-listener';
import { InterBrokerSecurity } from './inter-broker-security';
import { AGENT_PORT, CERTIFICATES, ListenerConfig, PATHS, STOP_PORT, STORE_FILES } from '../seam/agent-config';
import { Settings } from '../kafka/properties';
import { format } from '../input/kinds';

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
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_SSL';
  /** Set of certificates that the listener serves; absent where it is plaintext. */
  readonly certificates?: string;
  /** Set of certificates whose authorities clients' certificates must be of; absent where clients need none. */
  readonly clientCertificates?: string;
}

/** Name and port of the listener between controllers, and from brokers to controllers. */
export const CONTROLLER = { name: 'CONTROLLER', portName: 'controller', port: 9093 } as const;

/** Name and port of the listener between brokers, and from agents to brokers. */
export const INTERNAL = { name: 'INTERNAL', portName: 'internal', port: 9091 } as const;

/** Between brokers, and from agents to brokers. */
export function internalListener(traffic: InterBrokerSecurity): Listener {
  return { purpose: 'internal', ...INTERNAL, ...amongServers(traffic, CERTIFICATES.cluster) };
}

/** Between controllers, and from brokers to controllers. */
export function controllerListener(traffic: InterBrokerSecurity): Listener {
  return { purpose: 'controller', ...CONTROLLER, ...amongServers(traffic, CERTIFICATES.metadata) };
}

type Security = Pick<Listener, 'securityProtocol' | 'certificates' | 'clientCertificates'>;

function amongServers(traffic: InterBrokerSecurity, folder: string): Security {
  return traffic === InterBrokerSecurity.PLAINTEXT
    ? { securityProtocol: 'PLAINTEXT' }
    : { securityProtocol: 'SSL', certificates: folder, clientCertificates: folder };
}

/** From producers, consumers and tools to brokers. */
export function clientListener(given: ClientListener): Listener {
  if (!(given instanceof ClientListener)) {
    // Taken as it is, it would be open to everybody.
    throw new Error(
      `listeners of a KafkaCluster has ${format(given)}; give it ClientListeners, for example ClientListener.tls()`,
    );
  }
  const { name, port, authentication } = given;
  const ends = { purpose: 'client' as const, name, portName: portNameOf(name), port };
  if (authentication === undefined) {
    return { ...ends, securityProtocol: 'PLAINTEXT' };
  }
  const { kind, clientCa } = authentication;
  return {
    ...ends,
    securityProtocol: kind === 'scram-sha-512' ? 'SASL_SSL' : 'SSL',
    certificates: CERTIFICATES.cluster,
    ...(kind === 'mutual-tls'
      ? { clientCertificates: clientCa ? clientCaFolder(name) : CERTIFICATES.cluster }
      : {}),
  };
}

/** Set of certificates with a listener's own authorities of clients. */
export function clientCaFolder(listener: string): string {
  return `clients-${portNameOf(listener)}`;
}

function portNameOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** @throws when two listeners of a broker would get in each other's way */
export function assertDistinct(clusterName: string, listeners: readonly Listener[]): void {
  const ofAgent = [
    { name: 'of the agent', port: AGENT_PORT },
    { name: 'of the agent for stops', port: STOP_PORT },
  ];
  const all = [...listeners, CONTROLLER, ...ofAgent];
  all.forEach((listener, index) => {
    const other = all
      .slice(0, index)
      .find(({ name, port }) => name === listener.name || port === listener.port);
    if (other) {
      throw new Error(
        `listener ${listener.name} (port ${listener.port}) of cluster '${clusterName}' collides with listener ${other.name} ` +
          `(port ${other.port}); give each client listener a name and a port of its own`,
      );
    }
  });
}

/** Settings of a server that serves some listeners and is a client of others. */
export function listenerSettings(served: readonly Listener[], used: readonly Listener[]): Settings {
  const all = [...served, ...used];
  const protocols = all.map(({ name, securityProtocol }) => `${name}:${securityProtocol}`);
  const hasTls = all.some(({ certificates }) => certificates !== undefined);
  return {
    listeners: served.map(({ name, port }) => `${name}://:${port}`).join(','),
    'listener.security.protocol.map': [...new Set(protocols)].join(','),
    ...(hasTls ? { 'ssl.principal.mapping.rules': COMMON_NAME_IS_PRINCIPAL } : {}),
    ...Object.assign({}, ...all.map(securitySettings)),
  };
}

// ACLs name users, and nobody wants to write 'CN=shop,OU=...' into them.
const COMMON_NAME_IS_PRINCIPAL = 'RULE:^CN=([^,]+)(,.*)?$/$1/,DEFAULT';

function securitySettings(listener: Listener): Settings {
  const { certificates, clientCertificates, securityProtocol } = listener;
  if (certificates === undefined) {
    return {};
  }
  const prefix = `listener.name.${listener.name.toLowerCase()}`;
  return {
    [`${prefix}.ssl.keystore.type`]: 'PEM',
    [`${prefix}.ssl.keystore.location`]: storeFile(certificates, 'keyStore'),
    [`${prefix}.ssl.truststore.type`]: 'PEM',
    [`${prefix}.ssl.truststore.location`]: storeFile(clientCertificates ?? certificates, 'trustStore'),
    [`${prefix}.ssl.client.auth`]: clientCertificates === undefined ? 'none' : 'required',
    ...(securityProtocol === 'SASL_SSL'
      ? {
          [`${prefix}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512',
          [`${prefix}.scram-sha-512.sasl.jaas.config`]:
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        }
      : {}),
  };
}

/** Where a server finds a store of a set of certificates. */
export function storeFile(folder: string, store: keyof typeof STORE_FILES): string {
  return `${PATHS.stores}/${folder}/${STORE_FILES[store]}`;
}

/** A listener as agents see it. */
export function listenerConfig(listener: Listener): ListenerConfig {
  const { name, port, certificates, clientCertificates } = listener;
  return { name, port, certificates, clientCertificates };
}

/** Ports of a container or Service. */
export function listenerPorts(listeners: readonly Listener[]): { name: string; port: number }[] {
  return listeners.map(({ portName, port }) => ({ name: portName, port }));
}
