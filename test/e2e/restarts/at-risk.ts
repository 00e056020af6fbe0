/*
 * Topics with one replica, which no order of stops can protect.
 */
import { command } from '../kubernetes/command';
import { kubectl } from '../kubernetes/kubectl';
import { rollingOrder } from './rollout';
import { Finding } from './result';
import { Scenario, Stage } from './scenario';
import { staysTrue } from './stays-true';
import { Stop, stopIn } from './server-logs';

const SECONDS = 600;
const HELD_SECONDS = 20;

/** If stops do not wait for such topics, the agent logs the partitions at risk. */
export const atRiskIsSaid: Scenario = {
  name: 'topic at risk, allowed',
  about: 'A broker with the only replica of a topic is restarted where `atRiskTopics` is ALLOW.',
  errors: 'none',
  act: (stage) =>
    withSingle(stage, 0, async ({ pod, topic, stop }) => {
      await back(stage, pod);
      const { atRisk, isWarning, reason = 'nothing' } = stop();
      return [
        {
          expected: `the agent warns of ${topic}-0, and Kafka may stop`,
          seen: `${atRisk.join(', ') || 'no warning'}; ${reason}`,
          isMet: atRisk.includes(`${topic}-0`) && isWarning === false,
        },
      ];
    }),
};

/** If stops wait for such topics, a stop continues as soon as no topic is at risk. */
export const atRiskIsHeld: Scenario = {
  name: 'topic at risk, blocked',
  about:
    'A broker with the only replica of a topic is restarted where `atRiskTopics` is BLOCK; then the topic is deleted.',
  errors: 'none',
  act: (stage) =>
    withSingle(stage, 1, async ({ pod, topic, stop }) => {
      const held = await heldFor(stage, pod, topic, stop);
      stage.recorder.mark(`delete ${topic}`);
      await stage.world.tools.deleteTopic(topic);
      await back(stage, pod);
      return [held];
    }),
};

/** An operator accepts the risk of a stop by an annotation of the Lease. */
export const forceStop: Scenario = {
  name: 'force-stop',
  about:
    'A stop that waits for a topic with one replica continues because of `cdk8s-kafka.io/force-stop` on the Lease.',
  errors: 'none',
  act: (stage) =>
    withSingle(stage, 1, async ({ pod, topic, stop }) => {
      const { namespace, maps } = stage.world.outcome;
      const request = ['force-stop', `--namespace=${namespace}`, `--statefulset=${maps[1].statefulSet}`];
      const held = await heldFor(stage, pod, topic, stop);
      stage.recorder.mark('force-stop');
      await command([...request, '--for=10m', '--by=e2e', '--reason=test of the Lease']);
      try {
        await back(stage, pod);
      } finally {
        await command([...request, '--end']);
      }
      const { reason = 'nothing', isWarning } = stop();
      return [
        held,
        {
          expected: 'Kafka stops because of the annotation, and the agent warns',
          seen: reason,
          isMet: isWarning === true && reason.startsWith('forced by e2e until'),
        },
      ];
    }),
};

interface Single {
  readonly pod: string;
  readonly topic: string;
  /** Its stop so far. */
  readonly stop: () => Stop;
}

/** Deletes the pod of a broker that has the only replica of a topic. */
async function withSingle(
  { world, recorder }: Stage,
  index: number,
  action: (single: Single) => Promise<Finding[]>,
): Promise<Finding[]> {
  const { outcome, tools } = world;
  const map = outcome.maps[index];
  const [pod] = rollingOrder(map);
  const topic = `${map.name}.single`;
  const uid = recorder.latest(pod)?.uid ?? '';
  const stop = () => stopIn(recorder.logsOf(uid) ?? { agent: '', kafka: '' });
  await tools.createTopic(topic, String(map.brokerIds.at(-1)), { 'min.insync.replicas': '1' });
  try {
    recorder.mark(`delete ${pod}`);
    await kubectl(['delete', 'pod', pod, `--namespace=${outcome.namespace}`, '--wait=false']);
    return await action({ pod, topic, stop });
  } finally {
    await tools.deleteTopic(topic);
  }
}

async function heldFor({ recorder }: Stage, pod: string, topic: string, stop: () => Stop): Promise<Finding> {
  const said = () => stop().waitedFor.find((what) => what.includes(`${topic}-0`));
  // What the agent says may be here before what the API server says.
  const isHeld = () => said() !== undefined && recorder.stateOf(pod) !== 'ready';
  await recorder.until(`the stop of ${pod} to be held`, 120, isHeld);
  const after = await staysTrue(HELD_SECONDS, () => recorder.stateOf(pod) === 'stopping');
  return {
    expected: `the stop of ${pod} is delayed`,
    seen: after === undefined ? String(said()) : `${said()}; it went on after ${after} s`,
    isMet: after === undefined,
  };
}

async function back({ recorder }: Stage, pod: string): Promise<void> {
  await recorder.until(`${pod} down`, SECONDS, () => recorder.stateOf(pod) === 'down');
  await recorder.until(`${pod} back`, SECONDS, () => recorder.stateOf(pod) === 'ready');
}
