/*
 * Dynamic settings of Kafka: changed without a restart, only on brokers where they differ, and reset when they are removed.
 * Needs a chart that takes settings as arguments.
 */
import { metricsOf } from '../certificates/metrics';
import { Setting } from '../kafka/answers';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event, Pod, statusesOf } from '../kubernetes/objects';
import { logsOf, podsOf, untilReady } from '../kubernetes/pods';
import { synthesize } from '../setup/manifest';
import { assertNone, eventually } from '../waiting';
import { ExpectedBroker, World, brokersOf } from '../world';

/** The kubelet updates a ConfigMap within about 90 seconds. Thread pools are then resized in steps. */
const SECONDS = 300;
const DEFAULT_THREADS = '8';
/** A setting of an operator, which agents must not change. */
const FOREIGN = { name: 'log.index.interval.bytes', value: '8192' };
/** Valid for synth, but longer than any retention of this test. */
const REJECTED = {
  name: 'log.local.retention.ms',
  value: '600000000',
  reason: 'must not be more than log.retention.ms',
};
const MARK = 'cdk8s-kafka.live.';

/** Changes, removals, rejected settings and settings of operators, without a restart of a broker. */
export async function settingsChangeLive(world: World): Promise<string> {
  const { tools, expectations } = world;
  const brokers = brokersOf(expectations);
  const [first] = brokers;
  const before = await podStatesOf(world, brokers);
  await tools.set(first.id, FOREIGN.name, FOREIGN.value);
  try {
    await applyWith(world, ['num.io.threads=40', 'log.retention.hours=48', 'message.max.bytes=2000000']);
    const changed = {
      'num.io.threads': '40',
      'log.retention.ms': '172800000',
      'message.max.bytes': '2000000',
    };
    await untilApplied(world, changed);
    await assertSteps(world, [
      'num.io.threads=16 (was 8)',
      'num.io.threads=32 (was 16)',
      'num.io.threads=40 (was 32)',
    ]);

    const kept = ['num.io.threads=40', 'message.max.bytes=2000000'];
    await applyWith(world, [...kept, 'log.retention.hours=72', `${REJECTED.name}=${REJECTED.value}`]);
    await untilApplied(world, { ...changed, 'log.retention.ms': '259200000' });
    await untilRejected(world, REJECTED);
  } finally {
    await kubectl(['apply', `--filename=${world.manifest.file}`]);
  }
  await untilApplied(world, { 'num.io.threads': DEFAULT_THREADS });
  await untilMetric(world, 'pending', '0');
  await untilMetric(world, 'rejected', '0');
  assertNone((await Promise.all(brokers.map((broker) => leftoversOf(world, broker)))).flat());
  assertNone(changesOf(before, await podStatesOf(world, brokers)));
  const survived = (await tools.settings(first.id)).get(FOREIGN.name);
  if (survived?.value !== FOREIGN.value) {
    throw new Error(
      `${FOREIGN.name} of broker ${first.id} was set to ${FOREIGN.value}, and is ${survived?.value}`,
    );
  }
  await tools.unset(first.id, FOREIGN.name);
  return `${brokers.length} brokers, none restarted`;
}

/** A setting of the whole cluster changes on all brokers. Only controllers restart. */
export async function clusterSettingsChangeLive(world: World): Promise<string> {
  const { expectations, manifest } = world;
  const brokers = brokersOf(expectations);
  const before = await podStatesOf(world, brokers);
  try {
    await applyWith(world, ['min.insync.replicas=1']);
    await untilApplied(world, { 'min.insync.replicas': '1' });
  } finally {
    await kubectl(['apply', `--filename=${manifest.file}`]);
  }
  await untilApplied(world, { 'min.insync.replicas': '2' });
  await untilRolledOut(world);
  assertNone(changesOf(before, await podStatesOf(world, brokers)));
  return 'min.insync.replicas 2, 1 and 2 again, no broker restarted';
}

async function applyWith({ expectations }: World, settings: readonly string[]): Promise<void> {
  const { file } = await synthesize([expectations.program, ...settings].join(' '));
  await kubectl(['apply', `--filename=${file}`]);
}

async function untilApplied(world: World, wanted: Readonly<Record<string, string>>): Promise<void> {
  const what = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  await eventually(`${what.join(', ')} on all brokers`, SECONDS, async () => {
    const open: string[] = [];
    for (const { id } of brokersOf(world.expectations)) {
      const settings = await world.tools.settings(id);
      open.push(...differences(id, settings, wanted));
    }
    return open.length === 0 ? { done: undefined } : { state: open.join('; ') };
  });
}

function differences(
  id: number,
  settings: ReadonlyMap<string, Setting>,
  wanted: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => settings.get(name)?.value !== value)
    .map(([name]) => `broker ${id} has ${name}=${settings.get(name)?.value}`);
}

/** Kafka allows a thread pool to double at most in one step. */
async function assertSteps(world: World, steps: readonly string[]): Promise<void> {
  for (const { pod } of brokersOf(world.expectations)) {
    const log = await logsOf(world.expectations.namespace, pod, 'agent');
    const places = steps.map((step) => log.indexOf(step));
    if (places.some((place, index) => place < 0 || place < (places[index - 1] ?? 0))) {
      throw new Error(`the agent of ${pod} does not log ${steps.join(', then ')}`);
    }
  }
}

async function untilRejected(world: World, { name, value, reason }: typeof REJECTED): Promise<void> {
  const { namespace } = world.expectations;
  await untilMetric(world, 'rejected', '1');
  for (const { pod } of brokersOf(world.expectations)) {
    await eventually(`an Event of ${pod} about the rejected setting`, 60, async () => {
      const fields = `--field-selector=type=Warning,involvedObject.name=${pod}`;
      const events = await list<Event>(['events', `--namespace=${namespace}`, fields]);
      const rejections = events.filter((event) => event.reason === 'SettingsRejected');
      return rejections.some(
        ({ message }) => message.includes(`${name}=${value}: `) && message.includes(reason),
      )
        ? { done: undefined }
        : { state: rejections.map(({ message }) => message).join('; ') || 'none' };
    });
  }
}

async function untilMetric(
  { expectations }: World,
  name: 'pending' | 'rejected',
  value: string,
): Promise<void> {
  const line = new RegExp(`^cdk8s_kafka_settings_${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm');
  for (const { pod } of brokersOf(expectations)) {
    await eventually(`metric ${name} of ${pod} at ${value}`, SECONDS, async () => {
      const seen = line.exec(await metricsOf(expectations, pod))?.[1];
      return seen === value ? { done: undefined } : { state: seen ?? 'missing' };
    });
  }
}

/** Dynamic settings and markers that agents should have deleted. */
async function leftoversOf({ tools }: World, { id }: ExpectedBroker): Promise<string[]> {
  const settings = await tools.settings(id);
  return [...settings]
    .filter(([name, { sources }]) => name !== FOREIGN.name && sources[0] === 'DYNAMIC_BROKER_CONFIG')
    .map(([name]) => `broker ${id} still has ${name.replace(MARK, 'the mark of ')}`);
}

/** Pod and restart counts of each broker. */
async function podStatesOf(
  { expectations }: World,
  brokers: readonly ExpectedBroker[],
): Promise<Map<string, string>> {
  const names = new Set(brokers.map(({ pod }) => pod));
  const pods = (await podsOf(expectations.namespace)).filter(({ metadata }) => names.has(metadata.name));
  return new Map(pods.map((pod) => [pod.metadata.name, podStateOf(pod)]));
}

function podStateOf(pod: Pod): string {
  const restarts = statusesOf(pod).map(({ name, restartCount }) => `${name} restarted ${restartCount} times`);
  return [`uid ${pod.metadata.uid}`, ...restarts].join(', ');
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before]
    .filter(([pod, life]) => after.get(pod) !== life)
    .map(([pod, life]) => `${pod} was ${life}, and is ${after.get(pod)}`);
}

async function untilRolledOut({
  expectations: { namespace, clusterName, metadataPods },
}: World): Promise<void> {
  const args = [`statefulset/${clusterName}-controllers`, `--namespace=${namespace}`, '--timeout=900s'];
  await kubectl(['rollout', 'status', ...args], { seconds: 960 });
  await untilReady(namespace, metadataPods, 300);
}
