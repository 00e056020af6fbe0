/*
 * Pods that are deleted manually, outside of PodDisruptionBudgets and rollouts.
 */
import { kubectl } from '../kubernetes/kubectl';
import { Expectations } from '../world';
import { Finding } from './result';
import { rolloutOrder } from './rollout';
import { Scenario, ScenarioContext } from './scenario';
import { stopIn } from './server-logs';
import { execIn } from '../kubernetes/pods';

const SECONDS = 600;

function deletedTogether(
  name: string,
  about: string,
  podsOf: (expectations: Expectations) => readonly string[],
): Scenario {
  return {
    name,
    about,
    errors: 'none',
    act: (context) => deleteTogether(context, podsOf(context.world.expectations)),
  };
}

async function deleteTogether(
  { world, recorder }: ScenarioContext,
  pods: readonly string[],
): Promise<Finding[]> {
  const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid ?? '']));
  recorder.mark(`delete ${pods.join(' and ')}`);
  await kubectl(['delete', 'pods', ...pods, `--namespace=${world.expectations.namespace}`, '--wait=false']);
  await recorder.until('one of them down', SECONDS, () =>
    pods.some((pod) => recorder.stateOf(pod) === 'down'),
  );
  const second = pods.find((pod) => recorder.stateOf(pod) !== 'down');
  const state = second && recorder.stateOf(second);
  const status = second ? await preStopStatusOf(world.expectations, second) : undefined;
  await recorder.until('both ready', SECONDS, () =>
    pods.every((pod) => recorder.latest(pod)?.uid !== uids.get(pod) && recorder.stateOf(pod) === 'ready'),
  );
  const serverLogs = second && recorder.logsOf(uids.get(second) ?? '');
  const { waitedFor } = serverLogs ? stopIn(serverLogs) : { waitedFor: [] };
  return [
    {
      expected: 'while one is down, the stop of the other one is delayed',
      seen: second ? `${second} is ${state}: ${waitedFor.join('; ') || 'no reason'}` : 'both are down',
      isMet: state === 'stopping' && waitedFor.length > 0,
    },
    {
      expected: '`/readyz?verbose` shows the reason for the delay',
      seen: JSON.stringify(status),
      isMet: status?.state === 'waiting' && status.reason !== '',
    },
  ];
}

/** Status of the preStop hook, read with the documented command. */
async function preStopStatusOf(
  { namespace }: Expectations,
  pod: string,
): Promise<{ readonly state: string; readonly reason: string } | undefined> {
  const url = 'http://127.0.0.1:8080/readyz?verbose';
  return JSON.parse(await execIn({ namespace, pod, container: 'agent' }, 'wget', '-qO-', url)).preStop;
}

/** Two brokers of a map are deleted at the same time. */
export const twoDeletes = deletedTogether(
  'two deletes at once',
  'Two pods of a map are deleted by one `kubectl delete`; the second one serves until the first is ready again.',
  ({ maps }) => rolloutOrder(maps[0]).slice(0, 2),
);

/** Two controllers or ZooKeeper servers are deleted at the same time. The third one alone is not a majority. */
export const twoDeletesOfQuorum = deletedTogether(
  'two deletes of a quorum at once',
  'Two of three controllers or ZooKeeper servers are deleted by one `kubectl delete`; the second one runs until the first is ready again.',
  ({ metadataPods }) => metadataPods.slice(0, 2),
);

/** A topic has replicas in both maps, and a broker of each map is deleted. */
export const twoDeletesAcrossMaps: Scenario = {
  name: 'two deletes across maps',
  about:
    'A topic has replicas in both maps, and a pod of each is deleted by one `kubectl delete`; the second one serves until the first is ready again.',
  errors: 'none',
  act: async (context) => {
    const { expectations, tools } = context.world;
    const pods = expectations.maps.map((map) => rolloutOrder(map)[0]);
    const [left, right] = expectations.maps.map(({ brokerIds }) => brokerIds.slice(-2).reverse());
    const topic = `${expectations.maps[0].name}.shared`;
    // One replica in sync is enough, so only the stop lease of the other map delays the second broker.
    await tools.createTopic(topic, [left[0], right[0], left[1]].join(':'), { 'min.insync.replicas': '1' });
    try {
      return await deleteTogether(context, pods);
    } finally {
      await tools.deleteTopic(topic);
    }
  },
};
