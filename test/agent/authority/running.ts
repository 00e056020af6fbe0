/* A world in which everything is issued, and what tests ask of it. */
import { X509Certificate } from 'node:crypto';
import { certificateIn } from '../../../agent/authority/leaf-secret';
import * as events from '../../../agent/kubernetes/events';
import { World, pkiConfig } from './world';

/** An Event. */
export interface Recorded {
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Collects Events instead of sending them. */
export function collectEvents(): Recorded[] {
  const recorded: Recorded[] = [];
  jest.spyOn(events, 'recordEvent').mockImplementation(async (_, { kind, name }, type, reason, message) => {
    recorded.push({ about: `${kind} ${name}`, type, reason, message });
  });
  return recorded;
}

/** Whether every Secret holds what it should. */
export const fit = (world: World) => () => world.published.at(-1)?.outdatedSecrets.length === 0;
/** Whether a rotation to a CA has come to its end. */
export const stable = (world: World, issuing: number) => () =>
  world.state().phase === 'stable' &&
  world.state().issuing === issuing &&
  world.published.at(-1)!.outdatedSecrets.length === 0;

/** A world in which everything is issued and every server runs. */
export async function running(config = pkiConfig()): Promise<World> {
  const world = new World(config);
  await world.until(fit(world));
  world.startServers();
  await world.round();
  return world;
}

/** Rounds until something is so, with servers that take over what they are given. */
export async function busyUntil(world: World, done: () => boolean): Promise<void> {
  await world.until(() => {
    world.reloadAll();
    return done();
  });
}

/** Serial number of the certificate in a Secret. */
export const serial = (world: World, secret = 'events-tls') =>
  new X509Certificate(certificateIn(world.secret(secret)!)!.certificate).serialNumber;
/** Who signed the certificate in a Secret. */
export const issuer = (world: World, secret = 'events-tls') =>
  new X509Certificate(certificateIn(world.secret(secret)!)!.certificate).issuer;
