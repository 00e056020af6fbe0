/*
 * New certificates by the same authority, while clients open connections all the time.
 */
import { X509Certificate } from 'node:crypto';
import { Secret } from '../kubernetes/objects';
import { logsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { Outcome, World, brokersOf } from '../world';
import { rememberKeysIn } from './leaks';
import { refreshSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { sendRequest } from './rotation-request';
import { brokersSecret, fingerprintIn, secretOf, textIn, wantedFingerprint } from './secrets';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';

const INTERVAL_SECONDS = 30;

/** Certificates are renewed every half minute, without errors of clients. */
export function renewedAgainAndAgain(minutes: number): (world: World) => Promise<string> {
  return async (world) => {
    const { outcome } = world;
    await untilStable(outcome);
    const before = await podStatesOf(outcome);
    const said = await underLoad(world, 'renewals', async () => {
      const renewals: Renewal[] = [];
      while (renewals.length * INTERVAL_SECONDS < minutes * 60) {
        const next = Date.now() + INTERVAL_SECONDS * 1000;
        renewals.push(await renewOnce(world, true));
        await eventually('the next renewal', INTERVAL_SECONDS + 1, async () => {
          const left = next - Date.now();
          return left <= 0 ? { done: undefined } : { state: `${left} ms left` };
        });
      }
      const sorted = renewals.map(({ seconds }) => seconds).sort((a, b) => a - b);
      const ofKubelets = renewals.flatMap(({ kubeletSeconds }) => kubeletSeconds ?? []);
      const middle = sorted[Math.floor(sorted.length / 2)];
      return (
        `${renewals.length} renewals; from the issue until all brokers serve it: median ${middle.toFixed(1)} s, ` +
        `most ${sorted[sorted.length - 1].toFixed(1)} s, ${ofKubelet(ofKubelets.length === 0 ? undefined : Math.max(...ofKubelets))} ` +
        'at most (it was told to look)'
      );
    });
    assertNone(changesSince(before, await podStatesOf(outcome)));
    return said;
  };
}

/** Duration of a renewal without a forced refresh. Most of it is the sync period of the kubelet. */
export async function renewedAtKubeletsPace(world: World): Promise<string> {
  await untilStable(world.outcome);
  const before = await podStatesOf(world.outcome);
  const said = await underLoad(world, 'kubelet', async () => {
    const { seconds, kubeletSeconds } = await renewOnce(world, false);
    return `all brokers serve it after ${seconds.toFixed(1)} s, ${ofKubelet(kubeletSeconds)}: its sync period is the cluster's own`;
  });
  assertNone(changesSince(before, await podStatesOf(world.outcome)));
  return said;
}

/** Duration of a renewal. */
interface Renewal {
  /** From the moment that the certificate was issued until all brokers served it. */
  readonly seconds: number;
  /** Part of it until the files of the last broker had changed; undefined if an agent did not log it. */
  readonly kubeletSeconds?: number;
}

function ofKubelet(seconds: number | undefined): string {
  return seconds === undefined
    ? "the kubelet's share is unknown"
    : `of which kubelet ${seconds.toFixed(1)} s`;
}

async function renewOnce({ outcome }: World, isRefreshed: boolean): Promise<Renewal> {
  const before = await wantedFingerprint(outcome);
  await sendRequest(outcome, 'cluster', 'renew');
  const secret = await eventually<Secret>(
    'a new certificate in the Secret',
    60,
    async () => {
      const found = await secretOf(outcome, brokersSecret(outcome));
      return fingerprintIn(found) === before ? { state: 'it is the old one' } : { done: found };
    },
    0.2,
  );
  rememberKeysIn(secret);
  const issued = await issuedAt(outcome);
  if (isRefreshed) {
    await refreshSecrets(outcome);
  }
  await untilServed(outcome, fingerprintIn(secret), isRefreshed ? 60 : 240);
  const seconds = (Date.now() - issued) / 1000;
  const { serialNumber } = new X509Certificate(textIn(secret, 'tls.crt'));
  const changes = await Promise.all(
    brokersOf(outcome).map(({ pod }) => filesChangedAt(outcome, pod, serialNumber)),
  );
  const known = changes.filter((time) => time !== undefined);
  return {
    seconds,
    kubeletSeconds:
      known.length === changes.length ? Math.max(0, (Math.max(...known) - issued) / 1000) : undefined,
  };
}

/** Time at which the authority issued the current certificate of brokers, according to its state. */
async function issuedAt(outcome: Outcome): Promise<number> {
  const text = textIn(await secretOf(outcome, `${outcome.clusterName}-ca`), 'state.json');
  const { certificates } = JSON.parse(text) as {
    readonly certificates: Readonly<Record<string, { issued: string }>>;
  };
  return Date.parse(certificates[brokersSecret(outcome)].issued);
}

/** Log line of an agent when Kafka uses a renewed certificate. */
interface RenewalLine {
  readonly time: string;
  readonly message: string;
  readonly serial?: string;
  readonly secondsAfterChange?: number;
}

/** Time at which the kubelet updated the files of a pod, according to the log of the agent; undefined without a log line. */
async function filesChangedAt(
  { namespace }: Outcome,
  pod: string,
  serial: string,
): Promise<number | undefined> {
  const look = async () => {
    const line = (await logsOf(namespace, pod, 'agent'))
      .split('\n')
      .findLast((text) => text.includes('certificates renewed') && text.includes(serial));
    return line === undefined ? { state: 'nothing' } : { done: JSON.parse(line) as RenewalLine };
  };
  // A time is no reason to fail.
  const found = await eventually<RenewalLine>(`${pod} to log a renewal`, 20, look).catch(() => undefined);
  return found && Date.parse(found.time) - (found.secondsAfterChange ?? 0) * 1000;
}
