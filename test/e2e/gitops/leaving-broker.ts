/*
 * The number of brokers is lowered while the last one still has replicas.
 */
import { WITH_RESTARTS, underLoad } from '../certificates/under-load';
import { untilHealthy } from '../checks/sync';
import { writeToClient } from '../kafka/client-pod';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { podOf, podsOf, stateOf } from '../kubernetes/pods';
import { secondsUntilFalse } from '../restarts/seconds-until-false';
import { synthesize } from '../setup/manifest';
import { Step } from '../steps';
import { assertNone, eventually } from '../waiting';
import { World } from '../world';

const PLAN = '/tmp/moves.json';
const HELD_SECONDS = 30;

/** The broker waits until its replicas have moved, stops by itself, and returns later. */
export const leavingBroker: Step<World> = {
  name: 'a broker leaves its map with replicas',
  run: (world) => underLoad(world, 'leaving', () => leave(world), WITH_RESTARTS),
};

async function leave(world: World): Promise<string> {
  const { expectations, tools, manifest } = world;
  const { namespace, program, maps } = expectations;
  const [{ statefulSet, brokerIds }] = maps;
  const last = brokerIds[brokerIds.length - 1];
  const pod = `${statefulSet}-${last}`;
  await untilHealthy(world);
  const count = (await replicasOf(world, last)).length;
  let before: ReadonlyMap<string, string | undefined>;
  await kubectl(['apply', `--filename=${(await synthesize(`${program} three`)).file}`]);
  try {
    const message = await eventually<string>('an Event LeavingWithReplicas', 60, async () => {
      const events = await list<Event>(['events', `--namespace=${namespace}`]);
      const found = events.find(
        ({ reason, involvedObject }) => reason === 'LeavingWithReplicas' && involvedObject.name === pod,
      );
      return found ? { done: found.message } : { state: stateOf(pod, await podOf(namespace, pod)) };
    });
    const early = await secondsUntilFalse(
      HELD_SECONDS,
      async () => (await podOf(namespace, pod)) !== undefined,
    );
    if (count === 0 || early !== undefined) {
      throw new Error(`${pod} had ${count} replicas and stopped after ${early} s: ${message}`);
    }
    await move(world, last, brokerIds.slice(0, -1));
    await eventually(`${pod} stopped`, 300, async () => {
      const found = await podOf(namespace, pod);
      return found === undefined ? { done: undefined } : { state: stateOf(pod, found) };
    });
  } finally {
    before = await podUids(world);
    await kubectl(['apply', `--filename=${manifest.file}`]);
  }
  await untilHealthy(world);
  const after = await podUids(world);
  const restarted = [...before].filter(([name, uid]) => after.get(name) !== uid).map(([name]) => name);
  assertNone(restarted.map((name) => `${name} restarted because its map has grown`));
  const partitions = await tools.partitions();
  const short = partitions.filter(({ replicas }) => replicas.length < 3);
  if (short.length > 0) {
    throw new Error(`${short.length} partitions have fewer than 3 replicas`);
  }
  return `${pod} waited with ${count} replicas, and stopped when they had moved; when it returned, none of ${before.size} servers restarted`;
}

/** Uids of the pods of servers. */
async function podUids({ expectations }: World): Promise<Map<string, string | undefined>> {
  const pods = await podsOf(
    expectations.namespace,
    `cdk8s-kafka.io/cluster=${expectations.clusterName},app.kubernetes.io/component in (broker,controller)`,
  );
  return new Map(pods.map(({ metadata }) => [metadata.name, metadata.uid]));
}

async function replicasOf(
  { tools }: World,
  broker: number,
): Promise<{ topic: string; index: number; replicas: readonly number[] }[]> {
  return (await tools.partitions()).filter(({ replicas }) => replicas.includes(broker));
}

/** Moves the replicas of a broker to others that do not have them. */
async function move(world: World, from: number, others: readonly number[]): Promise<void> {
  const partitions = (await replicasOf(world, from)).map(({ topic, index, replicas }) => {
    const target = others.find((id) => !replicas.includes(id));
    return { topic, partition: index, replicas: replicas.map((id) => (id === from ? target : id)) };
  });
  await writeToClient(world.expectations, PLAN, JSON.stringify({ version: 1, partitions }));
  await world.tools.reassign(PLAN);
  await eventually(`no replicas on broker ${from}`, 300, async () => {
    const left = await replicasOf(world, from);
    return left.length === 0 ? { done: undefined } : { state: `${left.length} left` };
  });
}
