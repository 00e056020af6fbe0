/*
 * Addresses and credentials of the servers that the agent sends requests to. The server of this pod is reached through
 * 127.0.0.1, but its certificate is valid for its host name.
 */
import { BrokerConfig, ControllerConfig, ListenerConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { Credentials } from '../certificates/credentials';
import { serverHost } from '../runtime/config';
import { Address } from './connection';

/** Returns the address of the broker of this pod. */
export function ownBroker(config: BrokerConfig, id: number): Address {
  return { ...localAddress(config.internalListener), serverName: serverHost(config, id), isOwn: true };
}

/** Returns the address of all brokers together; any of them can answer. */
export function bootstrapBroker({ headlessServiceHost, internalListener }: BrokerConfig): Address {
  return { ...localAddress(internalListener), host: headlessServiceHost };
}

/** Returns the addresses of the controllers of a broker; undefined in ZooKeeper mode. */
export function controllersOf({
  controllerAddresses,
  controllerCertificateFolder,
}: BrokerConfig): Address[] | undefined {
  const credentials = storeCredentials(controllerCertificateFolder);
  return controllerAddresses?.map(({ host, port }) => ({ host, port, credentials }));
}

/** Returns the address of the controller of this pod. */
export function ownController(config: ControllerConfig, id: number): Address {
  return { ...localAddress(config.listener), serverName: serverHost(config, id), isOwn: true };
}

/** Returns the address of a controller of the StatefulSet, for the agent of controller `self`. */
export function controllerOf(config: ControllerConfig, self: number, id: number): Address {
  return id === self
    ? ownController(config, self)
    : { ...localAddress(config.listener), host: hostOf(config, id) };
}

/** Returns the addresses of all configured controllers except one. */
export function otherControllers(config: ControllerConfig, self: number): Address[] {
  return config.voters.filter(({ id }) => id !== self).map(({ id }) => controllerOf(config, self, id));
}

/** Controllers can have been added since the agent read its configuration. */
function hostOf(config: ControllerConfig, id: number): string {
  return config.voters.find((voter) => voter.id === id)?.host ?? serverHost(config, id);
}

/** Returns the bootstrap address of a program that is not beside a server. No `init` runs in its pod, so it has no stores. */
export function programBootstrap({
  bootstrapHost,
  internalListener,
  certificateFolder,
}: Pick<TopicSyncConfig, 'bootstrapHost' | 'internalListener' | 'certificateFolder'>): Address {
  return {
    host: bootstrapHost,
    port: internalListener.port,
    credentials: certificateFolder === undefined ? undefined : Credentials.ofSource(certificateFolder),
  };
}

function localAddress({ port, certificateFolder }: ListenerConfig): Address {
  return { host: '127.0.0.1', port, credentials: storeCredentials(certificateFolder) };
}

function storeCredentials(folder: string | undefined): Credentials | undefined {
  return folder === undefined ? undefined : Credentials.ofStores(folder);
}
