/*
 * Topics with one replica. No order of restarts keeps them available.
 */
import { command } from '../kubernetes/command';
import { kubectl } from '../kubernetes/kubectl';
import { rolloutOrder } from './rollout';
import { Finding } from './result';
import { Scenario, ScenarioContext } from './scenario';
import { secondsUntilFalse } from './seconds-until-false';
import { Stop, stopIn } from './server-logs';

const SECONDS = 600;
const DELAY_SECONDS = 20;

/** If stops do not wait for such topics, the agent logs the partitions at risk. */
export const atRiskIsReported: Scenario = {
  name: 'topic at risk, allowed',
  about: 'A broker with the only replica of a topic is restarted where `atRiskTopics` is ALLOW.',
  errors: 'none',
  act: (context) =>
    withSingle(context, 0, async ({ pod, topic, stop }) => {
      await untilRestarted(context, pod);
      const { atRisk, isWarning, reason = 'nothing' } = stop();
      return [
        {
          expected: `the agent warns about ${topic}-0, and Kafka may stop`,
          seen: `${atRisk.join(', ') || 'no warning'}; ${reason}`,
          isMet: atRisk.includes(`${topic}-0`) && isWarning === false,
        },
      ];
    }),
};

/** If stops wait for such topics, a stop continues as soon as no topic is at risk. */
export const atRiskIsDelayed: Scenario = {
  name: 'topic at risk, blocked',
  about:
    'A broker with the only replica of a topic is restarted where `atRiskTopics` is BLOCK; then the topic is deleted.',
  errors: 'none',
  act: (context) =>
    withSingle(context, 1, async ({ pod, topic, stop }) => {
      const delay = await delayOf(context, pod, topic, stop);
      context.recorder.mark(`delete ${topic}`);
      await context.world.tools.deleteTopic(topic);
      await untilRestarted(context, pod);
      return [delay];
    }),
};

/** An operator accepts the risk of a stop with an annotation of the StatefulSet. */
export const forceStop: Scenario = {
  name: 'force-stop',
  about:
    'A stop that waits for a topic with one replica continues because of `cdk8s-kafka.io/force-stop` on the StatefulSet.',
  errors: 'none',
  act: (context) =>
    withSingle(context, 1, async ({ pod, topic, stop }) => {
      const { namespace, maps } = context.world.expectations;
      const request = ['force-stop', `--namespace=${namespace}`, `--statefulset=${maps[1].statefulSet}`];
      const delay = await delayOf(context, pod, topic, stop);
      context.recorder.mark('force-stop');
      await command([...request, '--for=10m', '--by=e2e', '--reason=test of the override']);
      try {
        await untilRestarted(context, pod);
      } finally {
        await command([...request, '--end']);
      }
      const { reason = 'nothing', isWarning } = stop();
      return [
        delay,
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
  /** Current state of its stop. */
  readonly stop: () => Stop;
}

/** Deletes the pod of a broker that has the only replica of a topic. */
async function withSingle(
  { world, recorder }: ScenarioContext,
  index: number,
  action: (single: Single) => Promise<Finding[]>,
): Promise<Finding[]> {
  const { expectations, tools } = world;
  const map = expectations.maps[index];
  const [pod] = rolloutOrder(map);
  const topic = `${map.name}.single`;
  const uid = recorder.latest(pod)?.uid ?? '';
  const stop = () => stopIn(recorder.logsOf(uid) ?? { agent: '', kafka: '' });
  await tools.createTopic(topic, String(map.brokerIds.at(-1)), { 'min.insync.replicas': '1' });
  try {
    recorder.mark(`delete ${pod}`);
    await kubectl(['delete', 'pod', pod, `--namespace=${expectations.namespace}`, '--wait=false']);
    return await action({ pod, topic, stop });
  } finally {
    await tools.deleteTopic(topic);
  }
}

async function delayOf(
  { recorder }: ScenarioContext,
  pod: string,
  topic: string,
  stop: () => Stop,
): Promise<Finding> {
  const reason = () => stop().waitedFor.find((what) => what.includes(`${topic}-0`));
  // The log line can arrive before the watch event.
  const isDelayed = () => reason() !== undefined && recorder.stateOf(pod) !== 'ready';
  await recorder.until(`the stop of ${pod} to be delayed`, 120, isDelayed);
  const after = await secondsUntilFalse(DELAY_SECONDS, () => recorder.stateOf(pod) === 'stopping');
  return {
    expected: `the stop of ${pod} is delayed`,
    seen: after === undefined ? String(reason()) : `${reason()}; the stop continued after ${after} s`,
    isMet: after === undefined,
  };
}

async function untilRestarted({ recorder }: ScenarioContext, pod: string): Promise<void> {
  await recorder.until(`${pod} down`, SECONDS, () => recorder.stateOf(pod) === 'down');
  await recorder.until(`${pod} ready`, SECONDS, () => recorder.stateOf(pod) === 'ready');
}
