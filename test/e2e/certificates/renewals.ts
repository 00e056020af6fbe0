/*
 * Certificates that the same CA renews while clients open new connections.
 */
import { X509Certificate } from 'node:crypto';
import { Secret } from '../kubernetes/objects';
import { logsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { Expectations, World, brokersOf } from '../world';
import { rememberKeysIn } from './leaks';
import { refreshSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { sendRequest } from './rotation-request';
import { brokersSecret, fingerprintIn, secretOf, textIn, wantedFingerprint } from './secrets';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';

const INTERVAL_SECONDS = 30;

/** Renews certificates every half minute, without client errors. */
export function renewedAgainAndAgain(minutes: number): (world: World) => Promise<string> {
  return async (world) => {
    const { expectations } = world;
    await untilStable(expectations);
    const before = await podStatesOf(expectations);
    const summary = await underLoad(world, 'renewals', async () => {
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
        'at most (with a forced refresh)'
      );
    });
    assertNone(changesSince(before, await podStatesOf(expectations)));
    return summary;
  };
}

/** Duration of a renewal without a forced refresh. Most of it is the sync period of the kubelet. */
export async function renewedAtKubeletSyncPeriod(world: World): Promise<string> {
  await untilStable(world.expectations);
  const before = await podStatesOf(world.expectations);
  const summary = await underLoad(world, 'kubelet', async () => {
    const { seconds, kubeletSeconds } = await renewOnce(world, false);
    return `all brokers serve it after ${seconds.toFixed(1)} s, ${ofKubelet(kubeletSeconds)}: depends on the sync period of the kubelet`;
  });
  assertNone(changesSince(before, await podStatesOf(world.expectations)));
  return summary;
}

/** Duration of a renewal. */
interface Renewal {
  /** From the issue of the certificate until all brokers serve it. */
  readonly seconds: number;
  /** Part of it until the files of the last broker changed; undefined if an agent did not log it. */
  readonly kubeletSeconds?: number;
}

function ofKubelet(seconds: number | undefined): string {
  return seconds === undefined
    ? "the kubelet's share is unknown"
    : `of which kubelet ${seconds.toFixed(1)} s`;
}

async function renewOnce({ expectations }: World, isRefreshed: boolean): Promise<Renewal> {
  const before = await wantedFingerprint(expectations);
  await sendRequest(expectations, 'cluster', 'renew');
  const secret = await eventually<Secret>(
    'a new certificate in the Secret',
    60,
    async () => {
      const found = await secretOf(expectations, brokersSecret(expectations));
      return fingerprintIn(found) === before ? { state: 'it is the old certificate' } : { done: found };
    },
    0.2,
  );
  rememberKeysIn(secret);
  const issued = await issuedAt(expectations);
  if (isRefreshed) {
    await refreshSecrets(expectations);
  }
  await untilServed(expectations, fingerprintIn(secret), isRefreshed ? 60 : 240);
  const seconds = (Date.now() - issued) / 1000;
  const { serialNumber } = new X509Certificate(textIn(secret, 'tls.crt'));
  const changes = await Promise.all(
    brokersOf(expectations).map(({ pod }) => filesChangedAt(expectations, pod, serialNumber)),
  );
  const known = changes.filter((time) => time !== undefined);
  return {
    seconds,
    kubeletSeconds:
      known.length === changes.length ? Math.max(0, (Math.max(...known) - issued) / 1000) : undefined,
  };
}

/** Time at which the authority issued the current certificate of brokers, according to its state. */
async function issuedAt(expectations: Expectations): Promise<number> {
  const text = textIn(await secretOf(expectations, `${expectations.clusterName}-ca`), 'state.json');
  const { certificates } = JSON.parse(text) as {
    readonly certificates: Readonly<Record<string, { issued: string }>>;
  };
  return Date.parse(certificates[brokersSecret(expectations)].issued);
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
  { namespace }: Expectations,
  pod: string,
  serial: string,
): Promise<number | undefined> {
  const look = async () => {
    const line = (await logsOf(namespace, pod, 'agent'))
      .split('\n')
      .findLast((text) => text.includes('certificates renewed') && text.includes(serial));
    return line === undefined ? { state: 'nothing' } : { done: JSON.parse(line) as RenewalLine };
  };
  // The time is reported only.
  const found = await eventually<RenewalLine>(`${pod} to log a renewal`, 20, look).catch(() => undefined);
  return found && Date.parse(found.time) - (found.secondsAfterChange ?? 0) * 1000;
}
