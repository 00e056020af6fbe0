/*
 * Two incidents at the same time: a broker that can never catch up, and a rollout that must continue.
 */
import { metricsOf } from '../certificates/metrics';
import { OneBroker } from '../failures/one-broker';
import { command } from '../kubernetes/command';
import { list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { eventually } from '../waiting';
import { World } from '../world';
import { Finding } from './result';
import { restart, rolloutOrder, untilRolledOut } from './rollout';
import { Scenario, ScenarioContext } from './scenario';
import { secondsUntilFalse } from './seconds-until-false';
import { execIn } from '../kubernetes/pods';

const TOPIC = 'left.corrupt';
/** The kubelet updates an annotation in a pod within 90 seconds. */
const SHOWN_SECONDS = 100;
// The command refuses shorter times.
const SHORT_SECONDS = 300;
const LONG_SECONDS = 900;
const BLOCKED_SECONDS = 30;

/** Forced readiness ends at its requested time. Forced again, it lets a rollout continue. */
export const breakGlass: Scenario = {
  name: 'break-glass',
  about:
    'A record on the disk of a leader is broken, so a replica that lacks it never catches up, and its broker is never ' +
    'ready. An operator forces it ready for a limited time, and again so that a rollout can continue.',
  errors: 'none',
  // The topic has min.insync.replicas=1. The counting checks do not know this.
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  act: async (context) => {
    const { world, recorder } = context;
    const [map] = world.expectations.maps;
    const [first, ...others] = rolloutOrder(map);
    try {
      await breakReplica(context, first);
      const closed = await endsOnTime(context, first);
      const uids = new Map(others.map((pod) => [pod, recorder.latest(pod)?.uid]));
      const before = recorder.latest(first)?.uid;
      recorder.mark(`restart of ${map.statefulSet}`);
      await restart(world.expectations, map.statefulSet);
      await recorder.until(
        `${first} new, and not ready`,
        600,
        () => recorder.latest(first)?.uid !== before && recorder.stateOf(first) === 'not ready',
      );
      await untilBehind(world, first);
      const blocked = await secondsUntilFalse(BLOCKED_SECONDS, () =>
        others.every(
          (pod) => recorder.latest(pod)?.uid === uids.get(pod) && recorder.stateOf(pod) === 'ready',
        ),
      );
      recorder.mark('forced ready, so that the rollout continues');
      await force(world, first, LONG_SECONDS);
      await recorder.until(`${first} ready`, SHOWN_SECONDS, () => recorder.stateOf(first) === 'ready');
      await untilRolledOut(world.expectations, map.statefulSet);
      // The leader with the broken record restarted last, so the partition has a new leader.
      const { namespace, clusterName } = world.expectations;
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
          expected: `the rollout stops after ${first} until ${first} is forced ready`,
          seen:
            blocked === undefined
              ? `it waited for ${BLOCKED_SECONDS} s, then all of ${map.statefulSet} was restarted`
              : `it continued after ${blocked} s`,
          isMet: blocked === undefined,
        },
      ];
    } finally {
      await world.tools.deleteTopic(TOPIC);
    }
  },
};

/** Breaks a record of a leader that a replica does not have yet. */
async function breakReplica({ world, recorder }: ScenarioContext, first: string): Promise<void> {
  const { expectations, tools } = world;
  const [{ statefulSet, brokerIds }] = expectations.maps;
  const broker = new OneBroker(world);
  await tools.createTopic(TOPIC, brokerIds.join(':'), { 'min.insync.replicas': '1' });
  recorder.mark(`${first} stops`);
  try {
    await broker.stop();
    await tools.produce(TOPIC, 10, 1);
    recorder.mark('a record breaks');
    const leader = `${statefulSet}-${brokerIds[0]}`;
    const file = `/var/lib/kafka/data-0/kafka-log/${TOPIC}-0/00000000000000000000.log`;
    // Changes the last byte of the last record, so the checksum of its batch does not match.
    const script = `printf '\\377' | dd of=${file} bs=1 seek=$(($(stat -c %s ${file}) - 1)) conv=notrunc`;
    await execIn({ namespace: expectations.namespace, pod: leader, container: 'kafka' }, 'sh', '-ec', script);
  } finally {
    await broker.start();
  }
  await recorder.until(`${first} started`, 300, () => recorder.stateOf(first) === 'not ready');
  await untilBehind(world, first);
}

/** Waits until the broker is out of sync for the broken partition only. */
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

async function endsOnTime({ world, recorder }: ScenarioContext, pod: string): Promise<Finding[]> {
  recorder.mark('forced ready, for a limited time');
  const until = await force(world, pod, SHORT_SECONDS);
  await recorder.until(`${pod} ready`, SHOWN_SECONDS, () => recorder.stateOf(pod) === 'ready');
  const open = await metricOf(world, pod, 'cdk8s_kafka_force_ready');
  await recorder.until(`${pod} not ready`, SHORT_SECONDS + 60, () => recorder.stateOf(pod) === 'not ready');
  const late = Math.round((Date.now() - until) / 1000);
  const closed = await metricOf(world, pod, 'cdk8s_kafka_force_ready');
  const events = await eventually<string[]>('Events of the start and the end', 30, async () => {
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
      seen: `not ready ${late} s after the requested time, cdk8s_kafka_force_ready ${closed}`,
      // Probes and reconciliations take some seconds. It must not end early.
      isMet: closed === 0 && late >= -2 && late <= 30,
    },
  ];
}

/** @returns the end time */
async function force({ expectations }: World, pod: string, seconds: number): Promise<number> {
  const reason = 'a record is broken, the rollout must continue';
  const output = await command([
    'force-ready',
    `--namespace=${expectations.namespace}`,
    `--pod=${pod}`,
    `--for=${seconds}s`,
    '--by=e2e',
    `--reason=${reason}`,
  ]);
  return Date.parse(/ready until ([^\s,]+)/.exec(output)?.[1] ?? '');
}

async function metricOf({ expectations }: World, pod: string, name: string): Promise<number | undefined> {
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(
    await metricsOf(expectations, pod),
  )?.[1];
  return value === undefined ? undefined : Number(value);
}

async function eventsOf({ expectations }: World, pod: string): Promise<string[]> {
  const events = await list<Event>(['events', `--namespace=${expectations.namespace}`]);
  const own = events.filter(
    ({ involvedObject, reason }) => involvedObject.name === pod && reason.startsWith('ForceReady'),
  );
  return [...new Set(own.map(({ reason }) => reason))].sort();
}
