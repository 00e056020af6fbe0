/*
 * Invalid certificates, written into a Secret while no authority runs, are never served.
 */
import { X509Certificate } from 'node:crypto';
import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { untilHealthy } from '../checks/sync';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event, Secret } from '../kubernetes/objects';
import { logsOf, podsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { World, brokersOf } from '../world';
import { metricsOf } from './metrics';
import { refreshSecrets } from './secret-refresh';
import { probeBrokers, untilServed } from './probing';
import { brokersSecret, fingerprintIn, overwrite, secretOf, textIn, wantedFingerprint } from './secrets';
import { authoritySelector, untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';

interface Case {
  readonly name: string;
  /** New content of files of the Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Expected message of the agent. */
  readonly reason: RegExp;
}

/** A key that does not match, a name too few, a certificate that has expired, an empty Secret: the old one stays served. */
export async function invalidIsNotServed(world: World): Promise<string> {
  const { outcome } = world;
  await untilHealthy(world);
  await untilStable(outcome);
  const before = await podStatesOf(outcome);
  const said = await underLoad(world, 'unfit', async () => {
    const found: string[] = [];
    let good: Secret | undefined;
    try {
      await scaleAuthority(world, 0);
      // No authority repairs the Secret now.
      good = await secretOf(outcome, brokersSecret(outcome));
      const served = fingerprintIn(good);
      for (const unfit of await cases(world, textIn(good, 'tls.crt'))) {
        await overwrite(outcome, brokersSecret(outcome), { ...textsOf(good), ...unfit.files });
        await refreshSecrets(outcome);
        found.push(`${unfit.name}: ${await untilRefused(world, unfit)}`);
        await stillServed(world, served);
      }
      await overwrite(outcome, brokersSecret(outcome), textsOf(good));
      await refreshSecrets(outcome);
      await untilNoComplaint(world);
    } finally {
      try {
        if (good) {
          await overwrite(outcome, brokersSecret(outcome), textsOf(good));
        }
      } finally {
        await scaleAuthority(world, 1);
      }
    }
    await untilStable(outcome);
    await untilServed(outcome, await wantedFingerprint(outcome), 120);
    return found.join('; ');
  });
  const changes = changesSince(before, await podStatesOf(outcome));
  // The authority has another pod by now.
  assertNone(changes.filter((change) => !change.startsWith(`${outcome.clusterName}-authority`)));
  return said;
}

async function cases({ outcome }: World, good: string): Promise<Case[]> {
  const { clusterName } = outcome;
  const state = await secretOf(outcome, `${clusterName}-ca`);
  const [file] = Object.keys(state.data ?? {})
    .filter((name) => /^ca-\d+\.key$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const ca = { key: textIn(state, file), certificate: textIn(state, file.replace(/key$/, 'crt')) };
  const { subject, subjectAltName = '' } = new X509Certificate(good);
  const commonName = subject.replace('CN=', '');
  const dnsNames = subjectAltName.split(', ').map((name) => name.replace('DNS:', ''));
  const now = Date.now();
  const other = await makeLeaf(ca, { commonName, dnsNames }, 3600, now);
  const few = await makeLeaf(ca, { commonName, dnsNames: dnsNames.slice(0, 1) }, 3600, now);
  const expired = await makeLeaf(ca, { commonName, dnsNames }, 0, now - 30_000);
  const foreign = await makeLeaf(await makeCa('nobody', 3600, now), { commonName, dnsNames }, 3600, now);
  return [
    { name: 'a key that does not match', files: { 'tls.key': other.key }, reason: /not the key/ },
    { name: 'a name too few', files: filesOf(few), reason: /not valid for/ },
    { name: 'expired', files: filesOf(expired), reason: /expired at/ },
    {
      name: 'of an authority that nobody trusts',
      files: filesOf(foreign),
      reason: /issued by .* not a trusted CA/,
    },
    { name: 'an empty Secret', files: { 'tls.crt': '', 'tls.key': '', 'ca.crt': '' }, reason: /is empty/ },
  ];
}

function filesOf({ certificate, key }: { readonly certificate: string; readonly key: string }) {
  return { 'tls.crt': certificate, 'tls.key': key };
}

function textsOf(secret: Secret): Record<string, string> {
  const files = Object.keys(secret.data ?? {});
  return Object.fromEntries(files.map((file) => [file, textIn(secret, file)]));
}

/** Waits until the agent of every broker has said so: in its log, by an Event, and in its metrics. */
async function untilRefused(world: World, { name, reason }: Case): Promise<string> {
  const { outcome } = world;
  const seen = await Promise.all(
    brokersOf(outcome).map(({ pod }) =>
      eventually<string>(`${pod} to complain of ${name}`, 180, async () => {
        const [log, event, metric] = await Promise.all([
          lineIn(world, pod, reason),
          eventOf(world, pod, reason),
          complaintsIn(world, pod),
        ]);
        return log && event && metric
          ? { done: `${event} (${metric})` }
          : { state: `log: ${log ?? 'nothing'}; Event: ${event ?? 'none'}; metric: ${metric ?? 'none'}` };
      }),
    ),
  );
  return seen[0];
}

async function untilNoComplaint(world: World): Promise<void> {
  await eventually('no complaint any more', 180, async () => {
    const complaints = await Promise.all(brokersOf(world.outcome).map(({ pod }) => complaintsIn(world, pod)));
    return complaints.every((complaint) => complaint === undefined)
      ? { done: undefined }
      : { state: complaints.join('; ') };
  });
}

async function lineIn({ outcome }: World, pod: string, reason: RegExp): Promise<string | undefined> {
  const log = await logsOf(outcome.namespace, pod, 'agent');
  return log.split('\n').findLast((line) => reason.test(line));
}

async function eventOf({ outcome }: World, pod: string, reason: RegExp): Promise<string | undefined> {
  const fields = `--field-selector=type=Warning,involvedObject.name=${pod}`;
  const events = await list<Event>(['events', `--namespace=${outcome.namespace}`, fields]);
  return events.map(({ message }) => message).find((message) => reason.test(message));
}

/** The metric that is 1 while the Secret contains certificates that the broker cannot use. */
const METRIC = /^(cdk8s_kafka_certificate_invalid\{[^}]*\}) 1$/m;

async function complaintsIn({ outcome }: World, pod: string): Promise<string | undefined> {
  return METRIC.exec(await metricsOf(outcome, pod))?.[1];
}

/** Another certificate fails at once; a broker that was too busy to answer is asked again. */
async function stillServed({ outcome }: World, fingerprint: string): Promise<void> {
  for (const listener of ['client', 'internal'] as const) {
    await eventually(`answers of all brokers on the ${listener} listener`, 30, async () => {
      const outcomes = await probeBrokers(outcome, listener, { shows: 'own' });
      assertNone(
        outcomes
          .filter((each) => each.fingerprint !== '' && each.fingerprint !== fingerprint)
          .map(({ host, port, fingerprint: other }) => `${host}:${port} serves ${other}`),
      );
      const silent = outcomes.filter((each) => each.fingerprint === '');
      return silent.length === 0
        ? { done: undefined }
        : { state: silent.map(({ host, port, problem }) => `${host}:${port} ${problem}`).join(', ') };
    });
  }
}

async function scaleAuthority({ outcome }: World, replicas: number): Promise<void> {
  const { namespace, clusterName } = outcome;
  const within = `--namespace=${namespace}`;
  await kubectl(['scale', 'deployment', `${clusterName}-authority`, within, `--replicas=${replicas}`]);
  const args = ['rollout', 'status', `deployment/${clusterName}-authority`, within, '--timeout=120s'];
  await kubectl(args, { seconds: 130 });
  // A rollout to nothing is over before the last pod has stopped.
  await eventually(`${replicas} pods of the authority`, 120, async () => {
    const pods = await podsOf(namespace, authoritySelector(outcome));
    return pods.length === replicas ? { done: undefined } : { state: `${pods.length} pods` };
  });
}
