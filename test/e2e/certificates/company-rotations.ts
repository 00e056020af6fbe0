/*
 * Renewals and CA rotations by a company, in the documented order, under load.
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
import { ClientAttempt, responsesTo, acceptanceProblem } from './rejections';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';

const ALL: readonly Listener[] = ['client', 'internal', 'users', 'open'];
const FILE = '/certs/tls.crt';
const SERVED_SECONDS = 120;
const TRUSTED_SECONDS = 180;

/** Renews certificates and keys twice. Brokers serve them on every listener. */
export function renewedByHand(pki: CompanyPki): (world: World) => Promise<string> {
  return withoutClientErrors('company-renewal', async (world) => {
    const times: string[] = [];
    for (let time = 1; time <= 2; time += 1) {
      times.push(await certifyServers(world, pki));
    }
    return times.join(', ');
  });
}

/** Replaces the CA of servers: clients trust both, servers use the new one, the old one is removed. */
export function serversReplaced(pki: CompanyPki): (world: World) => Promise<string> {
  return withoutClientErrors('company-servers', async (world) => {
    const { expectations } = world;
    const old = await pki.sample('servers');
    await pki.addCa(expectations, 'servers');
    // The Secret of a client contains its certificate and the trusted CAs.
    await pki.certifyClient(expectations);
    await untilAnswer(world, 'internal', { presents: await pki.sample('servers') }, true);
    await untilClientsHaveIt(world);
    const served = await certifyServers(world, pki);
    await pki.removeCa(expectations, 'servers');
    await untilAnswer(world, 'internal', { presents: old }, false);
    return `${served}; the old CA is rejected`;
  });
}

/** Replaces the CA of clients in the same steps. */
export function clientsReplaced(pki: CompanyPki): (world: World) => Promise<string> {
  return withoutClientErrors('company-clients', async (world) => {
    const { expectations } = world;
    const old = await pki.sample('clients');
    await pki.addCa(expectations, 'clients');
    await untilAnswer(world, 'client', { presents: await pki.sample('clients') }, true);
    await pki.certifyClient(expectations);
    const own = await untilClientsHaveIt(world);
    await pki.removeCa(expectations, 'clients');
    await untilAnswer(world, 'client', { presents: old }, false);
    return `${own}; the old CA is rejected`;
  });
}

function withoutClientErrors(
  name: string,
  action: (world: World) => Promise<string>,
): (world: World) => Promise<string> {
  return async (world) => {
    const { expectations } = world;
    await untilHealthy(world);
    await untilStable(expectations, ['metadata']);
    const before = await podStatesOf(expectations);
    const summary = await underLoad(world, name, () => action(world));
    assertNone(changesSince(before, await podStatesOf(expectations)));
    return summary;
  };
}

async function certifyServers({ expectations }: World, pki: CompanyPki): Promise<string> {
  const begin = Date.now();
  const { fingerprint256 } = new X509Certificate(await pki.certifyServers(expectations));
  await untilServed(expectations, fingerprint256, SERVED_SECONDS, ALL);
  return `all brokers serve it on ${ALL.length} listeners after ${((Date.now() - begin) / 1000).toFixed(1)} s`;
}

/** Waits until all brokers accept a client, or all reject it. */
async function untilAnswer(
  { expectations }: World,
  listener: Listener,
  attempt: ClientAttempt,
  isAllowed: boolean,
): Promise<void> {
  const what = `all brokers to ${isAllowed ? 'accept' : 'reject'} it on the ${listener} listener`;
  await eventually(what, TRUSTED_SECONDS, async () => {
    const others = (await responsesTo(expectations, listener, attempt)).filter(
      (one) => one.isAccepted !== isAllowed,
    );
    return others.length === 0
      ? { done: undefined }
      : { state: others.map((one) => `${one.host}: ${acceptanceProblem(one) ?? 'accepted'}`).join('; ') };
  });
}

/** Waits until every pod of the declared client has the certificate of its Secret. */
async function untilClientsHaveIt({ expectations }: World): Promise<string> {
  const { namespace } = expectations;
  const { secret } = clientIdentity(expectations);
  const wanted = textIn(await secretOf(expectations, secret), 'tls.crt');
  const clients = (await podsOf(namespace, `${E2E_LABEL}=true`))
    .filter(({ spec }) => spec.volumes?.some((volume) => volume.secret?.secretName === secret))
    .map(({ metadata }) => metadata.name);
  for (const pod of clients) {
    await eventually(`the new certificate in ${pod}`, TRUSTED_SECONDS, async () => {
      const found = await kubectl(['exec', pod, `--namespace=${namespace}`, '--', 'cat', FILE]);
      return found.trim() === wanted.trim() ? { done: undefined } : { state: 'it has another certificate' };
    });
  }
  return `${clients.length} clients have it`;
}
