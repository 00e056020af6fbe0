/* A simulated cluster with issued certificates, and helpers of tests. */
import { X509Certificate } from 'node:crypto';
import { certificateIn } from '../../../agent/authority/leaf-secret';
import * as events from '../../../agent/kubernetes/events';
import { World, pkiConfig } from './world';

/** A recorded Event. */
export interface Recorded {
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Collects Events. */
export function collectEvents(): Recorded[] {
  const recorded: Recorded[] = [];
  jest.spyOn(events, 'recordEvent').mockImplementation(async (_, { kind, name }, type, reason, message) => {
    recorded.push({ object: `${kind} ${name}`, type, reason, message });
  });
  return recorded;
}

/** True if every Secret is up to date. */
export const allIssued = (world: World) => () => world.published.at(-1)?.outdatedSecrets.length === 0;
/** True if the rotation to a CA is finished. */
export const stable = (world: World, issuingCa: number) => () =>
  world.state().phase === 'stable' &&
  world.state().issuingCa === issuingCa &&
  world.published.at(-1)!.outdatedSecrets.length === 0;

/** Creates a cluster with issued certificates and running servers. */
export async function running(config = pkiConfig()): Promise<World> {
  const world = new World(config);
  await world.until(allIssued(world));
  world.startServers();
  await world.round();
  return world;
}

/** Reconciles until a condition is met, with servers that reload their Secrets at once. */
export async function reloadingUntil(world: World, done: () => boolean): Promise<void> {
  await world.until(() => {
    world.reloadAll();
    return done();
  });
}

/** Serial number of the certificate in a Secret. */
export const serial = (world: World, secret = 'events-tls') =>
  new X509Certificate(certificateIn(world.secret(secret)!)!.certificate).serialNumber;
/** Issuer of the certificate in a Secret. */
export const issuer = (world: World, secret = 'events-tls') =>
  new X509Certificate(certificateIn(world.secret(secret)!)!.certificate).issuer;
