/*
 * A company renews and replaces what it has certified, in the order that the documentation gives, while clients are at work.
 */
import { X509Certificate } from 'node:crypto';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { podsOf } from '../kubernetes/pods';
import { E2E_LABEL } from '../kubernetes/test-pod';
import { assertNone, eventually } from '../waiting';
import { World, clientIdentity } from '../world';
import { CompanyPki } from './company-pki';
import { Listener, untilServed } from './probing';
import { secretOf, textIn } from './secrets';
import { Try, answersTo, acceptanceProblem } from './refusals';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';

const ALL: readonly Listener[] = ['client', 'internal', 'users', 'open'];
const FILE = '/certs/tls.crt';
const SERVED_SECONDS = 120;
const TRUSTED_SECONDS = 180;

/** New certificates with new keys, two times: brokers show them on every listener. */
export function renewedByHand(pki: CompanyPki): (world: World) => Promise<string> {
  return unnoticed('company-renewal', async (world) => {
    const times: string[] = [];
    for (let time = 1; time <= 2; time += 1) {
      times.push(await certifyServers(world, pki));
    }
    return times.join(', ');
  });
}

/** The authority of servers is replaced: trusted beside the old one, then used, then alone. */
export function serversReplaced(pki: CompanyPki): (world: World) => Promise<string> {
  return unnoticed('company-servers', async (world) => {
    const { outcome } = world;
    const old = await pki.sample('servers');
    await pki.addAuthority(outcome, 'servers');
    // Clients learn of it by the same Secret as of their certificates.
    await pki.certifyClient(outcome);
    await untilAnswer(world, 'internal', { shows: await pki.sample('servers') }, true);
    await untilClientsHaveIt(world);
    const served = await certifyServers(world, pki);
    await pki.dropAuthority(outcome, 'servers');
    await untilAnswer(world, 'internal', { shows: old }, false);
    return `${served}; the old CA is rejected`;
  });
}

/** The authority of clients is replaced likewise. */
export function clientsReplaced(pki: CompanyPki): (world: World) => Promise<string> {
  return unnoticed('company-clients', async (world) => {
    const { outcome } = world;
    const old = await pki.sample('clients');
    await pki.addAuthority(outcome, 'clients');
    await untilAnswer(world, 'client', { shows: await pki.sample('clients') }, true);
    await pki.certifyClient(outcome);
    const own = await untilClientsHaveIt(world);
    await pki.dropAuthority(outcome, 'clients');
    await untilAnswer(world, 'client', { shows: old }, false);
    return `${own}; the old CA is rejected`;
  });
}

function unnoticed(
  name: string,
  action: (world: World) => Promise<string>,
): (world: World) => Promise<string> {
  return async (world) => {
    const { outcome } = world;
    await untilHealthy(world);
    await untilStable(outcome, ['metadata']);
    const before = await podStatesOf(outcome);
    const said = await underLoad(world, name, () => action(world));
    assertNone(changesSince(before, await podStatesOf(outcome)));
    return said;
  };
}

async function certifyServers({ outcome }: World, pki: CompanyPki): Promise<string> {
  const begin = Date.now();
  const { fingerprint256 } = new X509Certificate(await pki.certifyServers(outcome));
  await untilServed(outcome, fingerprint256, SERVED_SECONDS, ALL);
  return `all brokers serve it on ${ALL.length} listeners after ${((Date.now() - begin) / 1000).toFixed(1)} s`;
}

/** Waits until all brokers accept a client, or none does. */
async function untilAnswer(
  { outcome }: World,
  listener: Listener,
  how: Try,
  isWelcome: boolean,
): Promise<void> {
  const what = `all brokers to ${isWelcome ? 'accept' : 'refuse'} it on the ${listener} listener`;
  await eventually(what, TRUSTED_SECONDS, async () => {
    const others = (await answersTo(outcome, listener, how)).filter((one) => one.isAccepted !== isWelcome);
    return others.length === 0
      ? { done: undefined }
      : { state: others.map((one) => `${one.host}: ${acceptanceProblem(one) ?? 'accepted'}`).join('; ') };
  });
}

/** Waits until every pod that comes as the declared client has what its Secret holds. */
async function untilClientsHaveIt({ outcome }: World): Promise<string> {
  const { namespace } = outcome;
  const { secret } = clientIdentity(outcome);
  const wanted = textIn(await secretOf(outcome, secret), 'tls.crt');
  const clients = (await podsOf(namespace, `${E2E_LABEL}=true`))
    .filter(({ spec }) => spec.volumes?.some((volume) => volume.secret?.secretName === secret))
    .map(({ metadata }) => metadata.name);
  for (const pod of clients) {
    await eventually(`the new certificate in ${pod}`, TRUSTED_SECONDS, async () => {
      const found = await kubectl(['exec', pod, `--namespace=${namespace}`, '--', 'cat', FILE]);
      return found.trim() === wanted.trim() ? { done: undefined } : { state: 'it has another one' };
    });
  }
  return `${clients.length} clients have it`;
}
