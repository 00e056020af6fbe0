/*
 * Listeners of Kafka servers. Only this file defines their names, ports and protocols. Settings, Services, probes,
 * NetworkPolicies and addresses are derived from them.
 */
import { ClientListener } from './client-listener';
import { InterBrokerSecurity } from './inter-broker-security';
import {
  AGENT_PORT,
  CERTIFICATE_SETS,
  ListenerConfig,
  PATHS,
  PRE_STOP_PORT,
  STORE_FILES,
} from '../seam/agent-config';
import { Settings } from '../kafka/properties';
import { CLIENT_PRINCIPAL_RULES, SERVER_PRINCIPAL_RULES } from './principal-rules';

/** Purpose of a listener. */
export type ListenerPurpose = 'internal' | 'client' | 'controller';

/** A listener of a Kafka server. */
export interface Listener {
  readonly purpose: ListenerPurpose;
  /** Kafka's name of the listener. */
  readonly name: string;
  /** Name of the port in Services and pods. */
  readonly portName: string;
  readonly port: number;
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_SSL';
  /** Certificate folder that the listener serves; absent for plaintext. */
  readonly certificates?: string;
  /** Certificate folder with the CAs of client certificates; absent if clients need no certificate. */
  readonly clientCertificates?: string;
}

/** Name and port of the listener between controllers, and from brokers to controllers. */
export const CONTROLLER = { name: 'CONTROLLER', portName: 'controller', port: 9093 } as const;

/** Name and port of the listener between brokers, and from agents to brokers. */
export const INTERNAL = { name: 'INTERNAL', portName: 'internal', port: 9091 } as const;

/** The listener between brokers, and from agents to brokers. */
export function internalListener(security: InterBrokerSecurity): Listener {
  return { purpose: 'internal', ...INTERNAL, ...interBroker(security, CERTIFICATE_SETS.cluster) };
}

/** The listener between controllers, and from brokers to controllers. */
export function controllerListener(security: InterBrokerSecurity): Listener {
  return { purpose: 'controller', ...CONTROLLER, ...interBroker(security, CERTIFICATE_SETS.metadata) };
}

type Security = Pick<Listener, 'securityProtocol' | 'certificates' | 'clientCertificates'>;

function interBroker(security: InterBrokerSecurity, folder: string): Security {
  return security === InterBrokerSecurity.PLAINTEXT
    ? { securityProtocol: 'PLAINTEXT' }
    : { securityProtocol: 'SSL', certificates: folder, clientCertificates: folder };
}

/** A listener of brokers for producers, consumers and tools. */
export function clientListener(given: ClientListener): Listener {
  const { name, port, authentication } = given;
  const base = { purpose: 'client' as const, name, portName: portNameOf(name), port };
  if (authentication === undefined) {
    return { ...base, securityProtocol: 'PLAINTEXT' };
  }
  const { _method: method, clientCa } = authentication;
  return {
    ...base,
    securityProtocol: method === 'scram-sha-512' ? 'SASL_SSL' : 'SSL',
    certificates: CERTIFICATE_SETS.cluster,
    ...(method === 'mutual-tls'
      ? { clientCertificates: clientCa ? clientCaFolder(name) : CERTIFICATE_SETS.cluster }
      : {}),
  };
}

/** Certificate folder with the client CAs of one listener. */
export function clientCaFolder(listener: string): string {
  return `clients-${portNameOf(listener)}`;
}

function portNameOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** @throws when two listeners of a broker have the same name or port */
export function assertDistinct(clusterName: string, listeners: readonly Listener[]): void {
  const agentPorts = [
    { name: 'of the agent', port: AGENT_PORT },
    { name: 'of the preStop hook', port: PRE_STOP_PORT },
  ];
  // Brokers know the listener of the controllers by name, and only controllers serve its port.
  const all: { name: string; port?: number }[] = [...listeners, { name: CONTROLLER.name }, ...agentPorts];
  all.forEach((listener, index) => {
    const other = all
      .slice(0, index)
      .find(({ name, port }) => name === listener.name || port === listener.port);
    if (other) {
      throw new Error(
        `${describe(listener)} of cluster '${clusterName}' conflicts with ${describe(other)}; each client listener needs its ` +
          'own name and port',
      );
    }
  });
}

function describe({ name, port }: { readonly name: string; readonly port?: number }): string {
  return `listener ${name}${port === undefined ? ' of the controllers' : ` (port ${port})`}`;
}

/**
 * Listener settings of a server.
 *
 * @param served listeners of the server
 * @param used listeners of other servers that it connects to
 */
export function listenerSettings(served: readonly Listener[], used: readonly Listener[]): Settings {
  const all = [...served, ...used];
  const protocols = all.map(({ name, securityProtocol }) => `${name}:${securityProtocol}`);
  return {
    listeners: served.map(({ name, port }) => `${name}://:${port}`).join(','),
    'listener.security.protocol.map': [...new Set(protocols)].join(','),
    ...Object.assign({}, ...all.map(securitySettings)),
  };
}

function securitySettings(listener: Listener): Settings {
  const { certificates, clientCertificates, purpose, securityProtocol } = listener;
  if (certificates === undefined) {
    return {};
  }
  const prefix = `listener.name.${listener.name.toLowerCase()}`;
  return {
    [`${prefix}.ssl.keystore.type`]: 'PEM',
    [`${prefix}.ssl.keystore.location`]: storeFile(certificates, 'keyStore'),
    [`${prefix}.ssl.truststore.type`]: 'PEM',
    [`${prefix}.ssl.truststore.location`]: storeFile(clientCertificates ?? certificates, 'trustStore'),
    ...(clientCertificates === undefined
      ? { [`${prefix}.ssl.client.auth`]: 'none' }
      : {
          [`${prefix}.ssl.client.auth`]: 'required',
          [`${prefix}.ssl.principal.mapping.rules`]:
            purpose === 'client' ? CLIENT_PRINCIPAL_RULES : SERVER_PRINCIPAL_RULES,
        }),
    ...(securityProtocol === 'SASL_SSL'
      ? {
          [`${prefix}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512',
          [`${prefix}.scram-sha-512.sasl.jaas.config`]:
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        }
      : {}),
  };
}

/** Path of a keystore or truststore inside a server container. */
export function storeFile(folder: string, store: keyof typeof STORE_FILES): string {
  return `${PATHS.stores}/${folder}/${STORE_FILES[store]}`;
}

/** A listener in agent.json. */
export function listenerConfig(listener: Listener): ListenerConfig {
  const { name, port, certificates, clientCertificates } = listener;
  return { name, port, certificateFolder: certificates, clientCaFolder: clientCertificates };
}

/** Ports of a container or Service. */
export function listenerPorts(listeners: readonly Listener[]): { name: string; port: number }[] {
  return listeners.map(({ portName, port }) => ({ name: portName, port }));
}
