/*
 * Two incidents at once: a broker that can never catch up, and a roll that has to go on all the same.
 */
import { metricsOf } from '../certificates/metrics';
import { OneBroker } from '../failures/one-broker';
import { command } from '../kubernetes/command';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { eventually } from '../waiting';
import { World } from '../world';
import { Finding } from './result';
import { restart, rollingOrder, untilRolled } from './rollout';
import { Scenario, Stage } from './scenario';
import { staysTrue } from './stays-true';

const TOPIC = 'left.corrupt';
/** The kubelet shows an annotation to a pod within a minute and a half at the latest. */
const SHOWN_SECONDS = 100;
const SHORT_SECONDS = 150;
const LONG_SECONDS = 900;
const BLOCKED_SECONDS = 30;

/** Readiness is forced, ends by itself, and is forced again so that a roll goes on. */
export const breakGlass: Scenario = {
  name: 'break-glass',
  about:
    'A record on the disk of a leader is broken, so a replica that lacks it never catches up, and its broker is never ' +
    'ready. An operator forces it ready for a limited time, and again so that a rollout can continue.',
  errors: 'none',
  // The topic takes writes with a single replica in sync, which those who count do not know.
  mayFallShort: true,
  away: 2,
  act: async (stage) => {
    const { world, recorder } = stage;
    const [map] = world.outcome.maps;
    const [first, ...others] = rollingOrder(map);
    try {
      await breakReplica(stage, first);
      const closed = await endsByItself(stage, first);
      const uids = new Map(others.map((pod) => [pod, recorder.latest(pod)?.uid]));
      const before = recorder.latest(first)?.uid;
      recorder.mark(`restart of ${map.statefulSet}`);
      await restart(world.outcome, map.statefulSet);
      await recorder.until(
        `${first} new, and not ready`,
        600,
        () => recorder.latest(first)?.uid !== before && recorder.stateOf(first) === 'not ready',
      );
      await untilBehind(world, first);
      const blocked = await staysTrue(BLOCKED_SECONDS, () =>
        others.every(
          (pod) => recorder.latest(pod)?.uid === uids.get(pod) && recorder.stateOf(pod) === 'ready',
        ),
      );
      recorder.mark('forced, so that the roll goes on');
      await force(world, first, LONG_SECONDS);
      await recorder.until(`${first} ready`, SHOWN_SECONDS, () => recorder.stateOf(first) === 'ready');
      await untilRolled(world.outcome, map.statefulSet);
      // The leader with the broken record was restarted last, and another one leads now.
      const { namespace, clusterName } = world.outcome;
      await command([
        'force-ready',
        `--namespace=${namespace}`,
        `--cluster=${clusterName}`,
        `--map=${map.name}`,
        '--end',
      ]);
      return [
        ...closed,
        {
          expected: `the roll stops behind ${first}, until that is forced to be ready`,
          seen:
            blocked === undefined
              ? `it waited for ${BLOCKED_SECONDS} s, then all of ${map.statefulSet} was restarted`
              : `it went on after ${blocked} s`,
          isMet: blocked === undefined,
        },
      ];
    } finally {
      await world.tools.deleteTopic(TOPIC);
    }
  },
};

/** Lets a replica miss a record that its leader cannot hand out any more. */
async function breakReplica({ world, recorder }: Stage, first: string): Promise<void> {
  const { outcome, tools } = world;
  const [{ statefulSet, brokerIds }] = outcome.maps;
  const broker = new OneBroker(world);
  await tools.createTopic(TOPIC, brokerIds.join(':'), { 'min.insync.replicas': '1' });
  recorder.mark(`${first} stops`);
  try {
    await broker.stop();
    await tools.produce(TOPIC, 10, 1);
    recorder.mark('a record breaks');
    const leader = `${statefulSet}-${brokerIds[0]}`;
    const args = ['exec', leader, `--namespace=${outcome.namespace}`, '--container=kafka', '--'];
    const file = `/var/lib/kafka/data-0/kafka-log/${TOPIC}-0/00000000000000000000.log`;
    // The last byte of the last record; the checksum of its batch does not match any more.
    const script = `printf '\\377' | dd of=${file} bs=1 seek=$(($(stat -c %s ${file}) - 1)) conv=notrunc`;
    await kubectl([...args, 'sh', '-ec', script]);
  } finally {
    await broker.start();
  }
  await recorder.until(`${first} started`, 300, () => recorder.stateOf(first) === 'not ready');
  await untilBehind(world, first);
}

/** The broker is not in sync for what was broken, and for nothing else. */
async function untilBehind(world: World, pod: string): Promise<void> {
  await eventually(`${pod} behind with ${TOPIC}-0 only`, 300, async () => {
    const metric = await metricOf(world, pod, 'cdk8s_kafka_out_of_sync_partitions');
    const behind = (await world.tools.partitions()).filter(
      ({ replicas, isr }) => isr.length < replicas.length,
    );
    const names = behind.map(({ topic, index }) => `${topic}-${index}`);
    return metric === 1 && names.join() === `${TOPIC}-0`
      ? { done: undefined }
      : { state: `${metric} partitions behind; ${names.join(', ') || 'none'}` };
  });
}

async function endsByItself({ world, recorder }: Stage, pod: string): Promise<Finding[]> {
  recorder.mark('forced, for a while');
  const until = await force(world, pod, SHORT_SECONDS);
  await recorder.until(`${pod} ready`, SHOWN_SECONDS, () => recorder.stateOf(pod) === 'ready');
  const open = await metricOf(world, pod, 'cdk8s_kafka_force_ready');
  await recorder.until(`${pod} not ready`, SHORT_SECONDS + 60, () => recorder.stateOf(pod) === 'not ready');
  const late = Math.round((Date.now() - until) / 1000);
  const closed = await metricOf(world, pod, 'cdk8s_kafka_force_ready');
  const events = await eventually<string[]>('Events of both', 30, async () => {
    const reasons = await eventsOf(world, pod);
    return reasons.includes('ForceReady') && reasons.includes('ForceReadyEnded')
      ? { done: reasons }
      : { state: reasons.join(', ') || 'none' };
  });
  return [
    {
      expected: 'forced readiness is a metric and an Event while it lasts',
      seen: `cdk8s_kafka_force_ready ${open}, Events ${events.join(', ')}`,
      isMet: open === 1,
    },
    {
      expected: 'it ends at the requested time',
      seen: `not ready ${late} s after its end, cdk8s_kafka_force_ready ${closed}`,
      // Probes and rounds take some seconds; before its end it must not end.
      isMet: closed === 0 && late >= -2 && late <= 30,
    },
  ];
}

/** @returns when it ends */
async function force({ outcome }: World, pod: string, seconds: number): Promise<number> {
  const reason = 'a record is broken, the roll must go on';
  const said = await command([
    'force-ready',
    `--namespace=${outcome.namespace}`,
    `--pod=${pod}`,
    `--for=${seconds}s`,
    '--by=e2e',
    `--reason=${reason}`,
  ]);
  return Date.parse(/ready until ([^\s,]+)/.exec(said)?.[1] ?? '');
}

async function metricOf({ outcome }: World, pod: string, name: string): Promise<number | undefined> {
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(await metricsOf(outcome, pod))?.[1];
  return value === undefined ? undefined : Number(value);
}

async function eventsOf({ outcome }: World, pod: string): Promise<string[]> {
  const events = await list<Event>(['events', `--namespace=${outcome.namespace}`]);
  const own = events.filter(
    ({ involvedObject, reason }) => involvedObject.name === pod && reason.startsWith('ForceReady'),
  );
  return [...new Set(own.map(({ reason }) => reason))].sort();
}
