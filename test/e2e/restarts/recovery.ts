/*
 * A broker that has a lot to check before it opens its port.
 */
import { PROGRAMS, kill } from './killing';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { readWhole } from '../kubernetes/whole-output';
import { World } from '../world';
import { rollingOrder } from './rollout';
import { Scenario, Stage } from './scenario';
import { linesIn, servingAt } from './server-logs';

const TOPIC = 'right.segments';
const PARTITIONS = 20;
const SEGMENTS = 2000;
const RECORDS_PER_ROUND = 1500;
const ROUNDS = 8;
const RECOVERING = /Recovering unflushed segment/;

/** A broker with thousands of segments that were not flushed is killed. */
export const logRecovery: Scenario = {
  name: 'log recovery',
  about: `A broker with more than ${SEGMENTS} segments that it has not noted as flushed gets \`kill -9\`; no probe kills it while it recovers.`,
  errors: 'impatient',
  act: async (stage) => {
    const { world, recorder } = stage;
    const { outcome, tools } = world;
    const [, map] = outcome.maps;
    const [pod] = rollingOrder(map);
    const [leader, ...followers] = [...map.brokerIds].reverse();
    const assignment = Array.from({ length: PARTITIONS }, () => [leader, ...followers].join(':'));
    // Each batch that comes a millisecond after the one before begins a segment.
    await tools.createTopic(TOPIC, assignment.join(','), { 'segment.ms': '1' });
    try {
      const segments = await fill(world, pod);
      const before = recorder.latest(pod);
      recorder.mark(`kill -9 of ${pod}`);
      await kill(outcome, pod, PROGRAMS.kafka);
      await recorder.until(
        `${pod} started again`,
        120,
        () => restartsOf(stage, pod) > (before?.restarts.kafka ?? 0),
      );
      await recorder.until(`${pod} recovering`, 120, () => recorder.stateOf(pod) === 'not ready');
      await recorder.until(`${pod} ready`, 1800, () => recorder.stateOf(pod) === 'ready');
      const log = await readWhole(
        (text) => servingAt(text) !== undefined,
        () => kubectl(['logs', pod, `--namespace=${outcome.namespace}`, '--container=kafka', '--timestamps']),
      );
      const lines = linesIn(log);
      const recovered = lines.filter(({ text }) => RECOVERING.test(text)).length;
      const seconds = ((servingAt(log) ?? NaN) - lines[0].time) / 1000;
      const probes = await killingProbes(world, pod);
      const now = recorder.latest(pod);
      const restarts = restartsOf(stage, pod) - (before?.restarts.kafka ?? 0);
      return [
        {
          expected: `${SEGMENTS} segments or more are recovered`,
          seen: `${recovered} of ${segments} in ${seconds.toFixed(1)} s until Kafka serves`,
          isMet: recovered >= SEGMENTS,
        },
        {
          expected: 'no probe kills the broker meanwhile',
          seen: [`${restarts} restarts of the container`, ...probes].join(', '),
          isMet: restarts === 1 && now?.uid === before?.uid && probes.length === 0,
        },
      ];
    } finally {
      await tools.deleteTopic(TOPIC);
    }
  },
};

/** Writes until there are segments enough, and returns how many there are. */
async function fill({ outcome, tools }: World, pod: string): Promise<number> {
  let segments = 0;
  for (let round = 1; round <= ROUNDS && segments < SEGMENTS * 1.2; round += 1) {
    await tools.produce(TOPIC, RECORDS_PER_ROUND, round, 600, 250);
    const script = `ls /var/lib/kafka/data-0/kafka-log/${TOPIC}-* | grep -c '\\.log$'`;
    const args = [
      'exec',
      pod,
      `--namespace=${outcome.namespace}`,
      '--container=kafka',
      '--',
      'sh',
      '-c',
      script,
    ];
    segments = Number(await kubectl(args));
  }
  if (segments < SEGMENTS) {
    throw new Error(
      `${ROUNDS * RECORDS_PER_ROUND} records made ${segments} segments, ${SEGMENTS} are needed`,
    );
  }
  return segments;
}

function restartsOf({ recorder }: Stage, pod: string): number {
  return recorder.latest(pod)?.restarts.kafka ?? 0;
}

/** Events of containers that the kubelet has killed because of a probe. */
async function killingProbes({ outcome }: World, pod: string): Promise<string[]> {
  const events = await list<Event>(['events', `--namespace=${outcome.namespace}`]);
  return events
    .filter(({ involvedObject, reason }) => involvedObject.name === pod && reason === 'Killing')
    .map(({ message }) => message)
    .filter((message) => /Container kafka failed .* probe/.test(message));
}
