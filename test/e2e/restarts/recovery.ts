/*
 * A broker with long log recovery.
 */
import { PROGRAMS, kill } from './killing';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { readWhole } from '../kubernetes/whole-output';
import { World } from '../world';
import { rolloutOrder } from './rollout';
import { Scenario, ScenarioContext } from './scenario';
import { linesIn, servingAt } from './server-logs';
import { execIn } from '../kubernetes/pods';

const TOPIC = 'right.segments';
const PARTITIONS = 20;
const SEGMENTS = 2000;
const RECORDS_PER_ROUND = 1500;
const ROUNDS = 8;
const RECOVERING = /Recovering unflushed segment/;

/** A broker with thousands of segments that were not flushed is killed. */
export const logRecovery: Scenario = {
  name: 'log recovery',
  about: `A broker with more than ${SEGMENTS} segments that are not flushed gets \`kill -9\`; no probe kills it during log recovery.`,
  errors: 'impatient',
  act: async (context) => {
    const { world, recorder } = context;
    const { expectations, tools } = world;
    const [, map] = expectations.maps;
    const [pod] = rolloutOrder(map);
    const [leader, ...followers] = [...map.brokerIds].reverse();
    const assignment = Array.from({ length: PARTITIONS }, () => [leader, ...followers].join(':'));
    // Each batch at least a millisecond after the previous one starts a new segment.
    await tools.createTopic(TOPIC, assignment.join(','), { 'segment.ms': '1' });
    try {
      const segments = await fill(world, pod);
      const before = recorder.latest(pod);
      recorder.mark(`kill -9 of ${pod}`);
      await kill(expectations, pod, PROGRAMS.kafka);
      await recorder.until(
        `${pod} started again`,
        120,
        () => restartsOf(context, pod) > (before?.restarts.kafka ?? 0),
      );
      await recorder.until(`${pod} recovering`, 120, () => recorder.stateOf(pod) === 'not ready');
      await recorder.until(`${pod} ready`, 1800, () => recorder.stateOf(pod) === 'ready');
      const log = await readWhole(
        (text) => servingAt(text) !== undefined,
        () =>
          kubectl([
            'logs',
            pod,
            `--namespace=${expectations.namespace}`,
            '--container=kafka',
            '--timestamps',
          ]),
      );
      const lines = linesIn(log);
      const recovered = lines.filter(({ text }) => RECOVERING.test(text)).length;
      const seconds = ((servingAt(log) ?? NaN) - lines[0].time) / 1000;
      const probes = await killingProbes(world, pod);
      const now = recorder.latest(pod);
      const restarts = restartsOf(context, pod) - (before?.restarts.kafka ?? 0);
      return [
        {
          expected: `${SEGMENTS} segments or more are recovered`,
          seen: `${recovered} of ${segments} in ${seconds.toFixed(1)} s until Kafka serves`,
          isMet: recovered >= SEGMENTS,
        },
        {
          expected: 'no probe kills the broker during log recovery',
          seen: [`${restarts} restarts of the container`, ...probes].join(', '),
          isMet: restarts === 1 && now?.uid === before?.uid && probes.length === 0,
        },
      ];
    } finally {
      await tools.deleteTopic(TOPIC);
    }
  },
};

/** Writes records until there are enough segments, and returns the number of segments. */
async function fill({ expectations, tools }: World, pod: string): Promise<number> {
  let segments = 0;
  for (let round = 1; round <= ROUNDS && segments < SEGMENTS * 1.2; round += 1) {
    await tools.produce(TOPIC, RECORDS_PER_ROUND, round, 600, 250);
    const script = `ls /var/lib/kafka/data-0/kafka-log/${TOPIC}-* | grep -c '\\.log$'`;
    const { namespace } = expectations;
    segments = Number(await execIn({ namespace, pod, container: 'kafka' }, 'sh', '-c', script));
  }
  if (segments < SEGMENTS) {
    throw new Error(
      `${ROUNDS * RECORDS_PER_ROUND} records created ${segments} segments, ${SEGMENTS} are required`,
    );
  }
  return segments;
}

function restartsOf({ recorder }: ScenarioContext, pod: string): number {
  return recorder.latest(pod)?.restarts.kafka ?? 0;
}

/** Events of containers that the kubelet has killed because of a probe. */
async function killingProbes({ expectations }: World, pod: string): Promise<string[]> {
  const events = await list<Event>(['events', `--namespace=${expectations.namespace}`]);
  return events
    .filter(({ involvedObject, reason }) => involvedObject.name === pod && reason === 'Killing')
    .map(({ message }) => message)
    .filter((message) => /Container kafka failed .* probe/.test(message));
}
