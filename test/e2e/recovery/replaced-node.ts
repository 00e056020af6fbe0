/*
 * A node that is gone with its disks, while another one joins the zone.
 */
import { kubectl, getJson, list } from '../kubernetes/kubectl';
import { Event, Node, isReady } from '../kubernetes/objects';
import { replaceNode } from '../setup/switches';
import { nodeOf } from '../restarts/nodes';
import { Finding } from '../restarts/result';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { secondsUntilFalse } from '../restarts/seconds-until-false';
import { eventually } from '../waiting';

const SECONDS = 900;

interface StatusConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** The node of a broker is gone, and the recovery frees the broker. */
export const replacedNode: Scenario = {
  name: 'node replaced',
  about:
    'The node of a broker is removed with its disks, and a new node joins its zone. The recovery deletes the claim of the broker, ' +
    'which starts on the new node and replicates its data.',
  errors: 'impatient',
  act: async (context) => {
    const { expectations } = context.world;
    const [map] = expectations.maps;
    const id = map.brokerIds.at(-1)!;
    const lost = await replace(context, id);
    const seconds = await untilReady(context, [id], lost);
    return findings(context, id, lost, seconds);
  },
};

/** The nodes of two zones are gone at once, which only a person can decide about. */
export const twoNodesReplaced: Scenario = {
  name: 'nodes of two zones replaced',
  about:
    'The nodes of two brokers in two zones are removed with their disks, and new nodes join. The recovery calls for a person, and frees ' +
    'both brokers after a person has stated that the nodes are lost.',
  // Two of three replicas of each partition are away.
  errors: 'all',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  act: async (context) => {
    const { namespace, clusterName, maps } = context.world.expectations;
    const [first, second] = maps[0].brokerIds;
    const lost = [await replace(context, first), await replace(context, second)];
    const status = `${clusterName}-recovery-status`;
    const called = await eventually<string>('the recovery to call for a person', SECONDS, async () => {
      const events = await list<Event>(['events', `--namespace=${namespace}`]);
      const found = events.find(({ reason }) => reason === 'RecoveryNeedsPerson');
      return found === undefined ? { state: 'no Event' } : { done: found.message };
    });
    // Longer than the waiting time of the recovery.
    const freedAlone = await secondsUntilFalse(
      90,
      () => context.recorder.stateOf(podOf(context, first)) === 'down',
    );
    const until = new Date(Date.now() + 3_600_000).toISOString();
    context.recorder.mark('a person states that the nodes are lost');
    await kubectl([
      'annotate',
      'configmap',
      status,
      `--namespace=${namespace}`,
      `cdk8s-kafka.io/accept-node-loss=until=${until}; by=tests; reason=both nodes are gone`,
    ]);
    const seconds = await untilReady(context, [first, second], lost[1]);
    await kubectl([
      'annotate',
      'configmap',
      status,
      `--namespace=${namespace}`,
      'cdk8s-kafka.io/accept-node-loss-',
    ]);
    return [
      { expected: 'the recovery calls for a person', seen: called, isMet: /several zones/.test(called) },
      {
        expected: 'nothing is freed before',
        seen: freedAlone === undefined ? 'nothing for 90 s' : `a broker started after ${freedAlone} s`,
        isMet: freedAlone === undefined,
      },
      ...(await findings(context, first, lost[0], seconds)),
      ...(await findings(context, second, lost[1], seconds)),
    ];
  },
};

/** A node that is gone, and the one that has joined. */
interface Replacement {
  readonly lost: string;
  readonly added: string;
  readonly uid?: string;
  readonly at: number;
}

function podOf({ world }: ScenarioContext, id: number): string {
  return `${world.expectations.maps[0].statefulSet}-${id}`;
}

/** Replaces the node of a broker. */
async function replace(context: ScenarioContext, id: number): Promise<Replacement> {
  const { recorder, world } = context;
  const [{ nodeLabel }] = world.expectations.maps;
  const pod = podOf(context, id);
  const lost = await nodeOf(world.expectations.namespace, pod);
  const before = new Set((await list<Node>(['nodes'])).map(({ metadata }) => metadata.name));
  const uid = recorder.latest(pod)?.uid;
  const at = Date.now();
  recorder.mark(`${lost} replaced`);
  await replaceNode(lost);
  const added = await eventually<string>('the new node ready', 300, async () => {
    const found = (await list<Node>(['nodes'])).find(({ metadata }) => !before.has(metadata.name));
    return found && isReady(found)
      ? { done: found.metadata.name }
      : { state: found?.metadata.name ?? 'none' };
  });
  await kubectl(['label', 'node', added, `${nodeLabel.key}=${nodeLabel.value}`]);
  recorder.mark(`${added} joined`);
  return { lost, added, uid, at };
}

/** Waits until brokers are ready as other pods than before. Returns the seconds since the loss of a node. */
async function untilReady(
  context: ScenarioContext,
  ids: readonly number[],
  { uid, at }: Replacement,
): Promise<number> {
  const { recorder } = context;
  const pods = ids.map((id) => podOf(context, id));
  await recorder.until(`${pods.join(', ')} ready on other nodes`, SECONDS, () =>
    pods.every((pod) => recorder.latest(pod)?.uid !== uid && recorder.stateOf(pod) === 'ready'),
  );
  return Math.round((Date.now() - at) / 1_000);
}

async function findings(
  context: ScenarioContext,
  id: number,
  { lost, added }: Replacement,
  seconds: number,
): Promise<Finding[]> {
  const { namespace, clusterName, maps } = context.world.expectations;
  const pod = podOf(context, id);
  const dataOf = async (name: string) =>
    (await getJson<StatusConfigMap>(['configmap', name, `--namespace=${namespace}`])).data ?? {};
  const { history = '' } = await dataOf(`${clusterName}-recovery-status`);
  const entry = (await dataOf(`${maps[0].statefulSet}-ledger`))[id] ?? '';
  const node = await nodeOf(namespace, pod);
  return [
    { expected: `${pod} starts on another node`, seen: `${node} after ${seconds} s`, isMet: node !== lost },
    {
      expected: 'the recovery has freed it, and says so',
      seen: history.trim() || 'no history',
      isMet: history.includes(`${pod}: node ${lost}`),
    },
    {
      expected: `the ledger knows both nodes (${added} has joined)`,
      seen: entry,
      isMet: entry.includes(`"node":"${node}"`) && entry.includes(`"node":"${lost}"`),
    },
  ];
}
