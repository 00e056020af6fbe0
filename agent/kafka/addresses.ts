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
import { Credentials } from './credentials';

/** The name by which the others in its cluster know the server of a pod. */
export function hostOf({ statefulSet, serviceHost }: ServerPodConfig, id: number): string {
  return `${statefulSet}-${id}.${serviceHost}`;
}

/** The broker of this pod. */
export function ownBroker(config: BrokerConfig, id: number): Address {
  return { ...inPod(config.internal), serverName: hostOf(config, id), isOwn: true };
}

/** Whichever broker answers. */
export function anyBroker({ serviceHost, internal }: BrokerConfig): Address {
  return { ...inPod(internal), host: serviceHost };
}

/** The controllers of a broker; undefined in ZooKeeper mode. */
export function controllersOf({ controllers, controllerCertificates }: BrokerConfig): Address[] | undefined {
  const credentials = stores(controllerCertificates);
  return controllers?.map(({ host, port }) => ({ host, port, credentials }));
}

/** The controller of this pod. */
export function ownController(config: ControllerConfig, id: number): Address {
  return { ...inPod(config.listener), serverName: hostOf(config, id), isOwn: true };
}

/** All controllers but one. */
export function otherControllers({ voters, listener }: ControllerConfig, self: number): Address[] {
  return voters.filter(({ id }) => id !== self).map(({ host }) => ({ ...inPod(listener), host }));
}

/** Whichever broker answers the job that makes topics. No `init` ran before it, so it has no stores. */
export function entranceOf({ brokersHost, internal, certificates }: TopicSyncConfig): Address {
  return {
    host: brokersHost,
    port: internal.port,
    credentials: certificates === undefined ? undefined : Credentials.ofSource(certificates),
  };
}

function inPod({ port, certificates }: ListenerConfig): Address {
  return { host: '127.0.0.1', port, credentials: stores(certificates) };
}

function stores(folder: string | undefined): Credentials | undefined {
  return folder === undefined ? undefined : Credentials.ofStores(folder);
}
