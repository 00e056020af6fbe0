/*
 * Pods that are deleted by hand, without a PodDisruptionBudget or a rollout.
 */
import { kubectl } from '../kubernetes/kubectl';
import { Outcome } from '../world';
import { Finding } from './result';
import { rollingOrder } from './rollout';
import { Scenario, Stage } from './scenario';
import { stopIn } from './server-logs';

const SECONDS = 600;

function deletedTogether(
  name: string,
  about: string,
  podsOf: (outcome: Outcome) => readonly string[],
): Scenario {
  return {
    name,
    about,
    errors: 'none',
    act: (stage) => deleteTogether(stage, podsOf(stage.world.outcome)),
  };
}

async function deleteTogether({ world, recorder }: Stage, pods: readonly string[]): Promise<Finding[]> {
  const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid ?? '']));
  recorder.mark(`delete ${pods.join(' and ')}`);
  await kubectl(['delete', 'pods', ...pods, `--namespace=${world.outcome.namespace}`, '--wait=false']);
  await recorder.until('one of them down', SECONDS, () =>
    pods.some((pod) => recorder.stateOf(pod) === 'down'),
  );
  const second = pods.find((pod) => recorder.stateOf(pod) !== 'down');
  const state = second && recorder.stateOf(second);
  const told = second ? await heldBy(world.outcome, second) : undefined;
  await recorder.until('both back', SECONDS, () =>
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
      seen: JSON.stringify(told),
      isMet: told?.state === 'waiting' && told.reason !== '',
    },
  ];
}

/** Status of the preStop hook, read as the documentation shows. */
async function heldBy(
  { namespace }: Outcome,
  pod: string,
): Promise<{ readonly state: string; readonly reason: string } | undefined> {
  const url = 'http://127.0.0.1:8080/readyz?verbose';
  const args = ['exec', pod, `--namespace=${namespace}`, '--container=agent', '--', 'wget', '-qO-', url];
  return JSON.parse(await kubectl(args)).preStop;
}

/** Two brokers of a map are deleted at once. */
export const twoDeletes = deletedTogether(
  'two deletes at once',
  'Two pods of a map are deleted by one `kubectl delete`; the second one serves until the first is back.',
  ({ maps }) => rollingOrder(maps[0]).slice(0, 2),
);

/** Two servers that keep the metadata are deleted at once: the third alone would be no majority. */
export const twoDeletesOfQuorum = deletedTogether(
  'two deletes of a quorum at once',
  'Two of three controllers or ZooKeeper servers are deleted by one `kubectl delete`; the second one stays until the first is back.',
  ({ metadataPods }) => metadataPods.slice(0, 2),
);

/** A topic has replicas in both maps; then a broker of each is deleted. */
export const twoDeletesAcrossMaps: Scenario = {
  name: 'two deletes across maps',
  about:
    'A topic has replicas in both maps, and a pod of each is deleted by one `kubectl delete`; the second one serves until the first is back.',
  errors: 'none',
  act: async (stage) => {
    const { outcome, tools } = stage.world;
    const pods = outcome.maps.map((map) => rollingOrder(map)[0]);
    const [left, right] = outcome.maps.map(({ brokerIds }) => brokerIds.slice(-2).reverse());
    const topic = `${outcome.maps[0].name}.shared`;
    // One replica in sync is enough, so only the stop lease of the other map delays the second broker.
    await tools.createTopic(topic, [left[0], right[0], left[1]].join(':'), { 'min.insync.replicas': '1' });
    try {
      return await deleteTogether(stage, pods);
    } finally {
      await tools.deleteTopic(topic);
    }
  },
};
