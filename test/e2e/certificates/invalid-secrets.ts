/*
 * Brokers never serve invalid certificates that are written into a Secret while the authority is stopped.
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

interface InvalidContent {
  readonly name: string;
  /** Changed files of the Secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Expected message of the agent. */
  readonly reason: RegExp;
}

/** Writes a wrong key, a missing name, an expired certificate and an empty Secret. Brokers still serve the old certificate. */
export async function invalidIsNotServed(world: World): Promise<string> {
  const { expectations } = world;
  await untilHealthy(world);
  await untilStable(expectations);
  const before = await podStatesOf(expectations);
  const result = await underLoad(world, 'invalid', async () => {
    const found: string[] = [];
    let good: Secret | undefined;
    try {
      await scaleAuthority(world, 0);
      // The authority is stopped, so it cannot repair the Secret.
      good = await secretOf(expectations, brokersSecret(expectations));
      const served = fingerprintIn(good);
      for (const invalid of await invalidContents(world, textIn(good, 'tls.crt'))) {
        await overwrite(expectations, brokersSecret(expectations), { ...textsOf(good), ...invalid.files });
        await refreshSecrets(expectations);
        found.push(`${invalid.name}: ${await untilReported(world, invalid)}`);
        await stillServed(world, served);
      }
      await overwrite(expectations, brokersSecret(expectations), textsOf(good));
      await refreshSecrets(expectations);
      await untilNoProblem(world);
    } finally {
      try {
        if (good) {
          await overwrite(expectations, brokersSecret(expectations), textsOf(good));
        }
      } finally {
        await scaleAuthority(world, 1);
      }
    }
    await untilStable(expectations);
    await untilServed(expectations, await wantedFingerprint(expectations), 120);
    return found.join('; ');
  });
  const changes = changesSince(before, await podStatesOf(expectations));
  // The authority has a new pod.
  assertNone(changes.filter((change) => !change.startsWith(`${expectations.clusterName}-authority`)));
  return result;
}

async function invalidContents({ expectations }: World, good: string): Promise<InvalidContent[]> {
  const { clusterName } = expectations;
  const state = await secretOf(expectations, `${clusterName}-ca`);
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
    { name: 'a missing name', files: filesOf(few), reason: /not valid for/ },
    { name: 'expired', files: filesOf(expired), reason: /expired at/ },
    {
      name: 'signed by an untrusted CA',
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

/** Waits until the agent of every broker reports it in its log, an Event and its metrics. */
async function untilReported(world: World, { name, reason }: InvalidContent): Promise<string> {
  const { expectations } = world;
  const seen = await Promise.all(
    brokersOf(expectations).map(({ pod }) =>
      eventually<string>(`${pod} to report ${name}`, 180, async () => {
        const [log, event, metric] = await Promise.all([
          lineIn(world, pod, reason),
          eventOf(world, pod, reason),
          certificateProblemIn(world, pod),
        ]);
        return log && event && metric
          ? { done: `${event} (${metric})` }
          : { state: `log: ${log ?? 'nothing'}; Event: ${event ?? 'none'}; metric: ${metric ?? 'none'}` };
      }),
    ),
  );
  return seen[0];
}

async function untilNoProblem(world: World): Promise<void> {
  await eventually('no reported problem', 180, async () => {
    const problems = await Promise.all(
      brokersOf(world.expectations).map(({ pod }) => certificateProblemIn(world, pod)),
    );
    return problems.every((problem) => problem === undefined)
      ? { done: undefined }
      : { state: problems.join('; ') };
  });
}

async function lineIn({ expectations }: World, pod: string, reason: RegExp): Promise<string | undefined> {
  const log = await logsOf(expectations.namespace, pod, 'agent');
  return log.split('\n').findLast((line) => reason.test(line));
}

async function eventOf({ expectations }: World, pod: string, reason: RegExp): Promise<string | undefined> {
  const fields = `--field-selector=type=Warning,involvedObject.name=${pod}`;
  const events = await list<Event>(['events', `--namespace=${expectations.namespace}`, fields]);
  return events.map(({ message }) => message).find((message) => reason.test(message));
}

/** Metric that is 1 while the Secret contains unusable certificates. */
const METRIC = /^(cdk8s_kafka_certificate_invalid\{[^}]*\}) 1$/m;

async function certificateProblemIn({ expectations }: World, pod: string): Promise<string | undefined> {
  return METRIC.exec(await metricsOf(expectations, pod))?.[1];
}

/** Fails immediately if a broker serves another certificate. Repeats the probe of a broker that did not respond. */
async function stillServed({ expectations }: World, fingerprint: string): Promise<void> {
  for (const listener of ['client', 'internal'] as const) {
    await eventually(`responses of all brokers on the ${listener} listener`, 30, async () => {
      const outcomes = await probeBrokers(expectations, listener, { presents: 'own' });
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

async function scaleAuthority({ expectations }: World, replicas: number): Promise<void> {
  const { namespace, clusterName } = expectations;
  const within = `--namespace=${namespace}`;
  await kubectl(['scale', 'deployment', `${clusterName}-authority`, within, `--replicas=${replicas}`]);
  const args = ['rollout', 'status', `deployment/${clusterName}-authority`, within, '--timeout=120s'];
  await kubectl(args, { seconds: 130 });
  // A rollout to 0 replicas is complete before the last pod has stopped.
  await eventually(`${replicas} pods of the authority`, 120, async () => {
    const pods = await podsOf(namespace, authoritySelector(expectations));
    return pods.length === replicas ? { done: undefined } : { state: `${pods.length} pods` };
  });
}
