/*
 * Whom the agent asks, and with which certificates. The pod's own server is asked through 127.0.0.1, but its certificate
 * is for its host name.
 */
import {
  BrokerConfig,
  ControllerConfig,
  ListenerConfig,
  ServerPodConfig,
  TopicSyncConfig,
} from '../../lib/seam/agent-config';
import { Address } from './connection';
import { Credentials } from '../certificates/credentials';

/** The name by which the others in its cluster know the server of a pod. */
export function serverHost({ statefulSet, headlessServiceHost: serviceHost }: ServerPodConfig, id: number): string {
  return `${statefulSet}-${id}.${serviceHost}`;
}

/** The broker of this pod. */
export function ownBroker(config: BrokerConfig, id: number): Address {
  return { ...localAddress(config.internalListener), serverName: serverHost(config, id), isOwn: true };
}

/** Whichever broker answers. */
export function bootstrapBroker({ headlessServiceHost: serviceHost, internalListener: internal }: BrokerConfig): Address {
  return { ...localAddress(internal), host: serviceHost };
}

/** The controllers of a broker; undefined in ZooKeeper mode. */
export function controllersOf({ controllerAddresses: controllers, controllerCertificateFolder: controllerCertificates }: BrokerConfig): Address[] | undefined {
  const credentials = storeCredentials(controllerCertificates);
  return controllers?.map(({ host, port }) => ({ host, port, credentials }));
}

/** The controller of this pod. */
export function ownController(config: ControllerConfig, id: number): Address {
  return { ...localAddress(config.listener), serverName: serverHost(config, id), isOwn: true };
}

/** All controllers but one. */
export function otherControllers({ voters, listener }: ControllerConfig, self: number): Address[] {
  return voters.filter(({ id }) => id !== self).map(({ host }) => ({ ...localAddress(listener), host }));
}

/** Whichever broker answers the job that makes topics. No `init` ran before it, so it has no stores. */
export function topicSyncBootstrap({ bootstrapHost: brokersHost, internalListener: internal, certificateFolder: certificates }: TopicSyncConfig): Address {
  return {
    host: brokersHost,
    port: internal.port,
    credentials: certificates === undefined ? undefined : Credentials.ofSource(certificates),
  };
}

function localAddress({ port, certificateFolder: certificates }: ListenerConfig): Address {
  return { host: '127.0.0.1', port, credentials: storeCredentials(certificates) };
}

function storeCredentials(folder: string | undefined): Credentials | undefined {
  return folder === undefined ? undefined : Credentials.ofStores(folder);
}
