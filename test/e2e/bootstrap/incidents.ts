/*
 * New clients connect through the bootstrap Service although no broker is ready, or a node does not answer.
 */
import { WITH_RESTARTS, underLoad } from '../certificates/under-load';
import { untilHealthy } from '../checks/sync';
import { isReady } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { E2E_LABEL } from '../kubernetes/test-pod';
import { POWER, nodeOf, nodesOfNames, powerOff, powerOn, untilNodes } from '../restarts/nodes';
import { PROGRAMS, kill } from '../restarts/killing';
import { Step } from '../steps';
import { eventually } from '../waiting';
import { World, brokersOf } from '../world';

const LIMIT_SECONDS = 30;
const CLIENTS = 3;
const LEADERLESS = 'main.leaderless';

/** No controller answers. Their processes are stopped, so connections to them hang as without a network. */
export const controllersAreCutOff: Step<World> = {
  name: 'controllers are cut off',
  run: (world) =>
    underLoad(
      world,
      'controllers',
      async () => {
        const { expectations } = world;
        const signal = async (name: string) => {
          for (const pod of expectations.metadataPods) {
            await kill(expectations, pod, PROGRAMS.kafka, name);
          }
        };
        const usual = await connectSeconds(world);
        await signal('STOP');
        try {
          await untilNoneIsReady(world);
          return `no broker ready: ${await newClients(world, usual)}`;
        } finally {
          await signal('CONT');
          await untilHealthy(world);
        }
      },
      // Without controllers, Kafka itself rejects some requests of producers.
      { ...WITH_RESTARTS, allowsErrors: true },
    ),
};

/** All agents are hung. The kubelet restarts them after a minute. */
export const agentsAreHung: Step<World> = {
  name: 'all agents are hung',
  run: (world) =>
    underLoad(
      world,
      'agents',
      async () => {
        const usual = await connectSeconds(world);
        for (const { pod } of brokersOf(world.expectations)) {
          await kill(world.expectations, pod, PROGRAMS.agent, 'STOP');
        }
        try {
          await untilNoneIsReady(world);
          return `no broker ready: ${await newClients(world, usual)}`;
        } finally {
          await untilHealthy(world);
        }
      },
      WITH_RESTARTS,
    ),
};

/** The node of a broker is off, and one partition has no leader. */
export const nodeIsLost: Step<World> = {
  name: 'a node does not answer, and a partition has no leader',
  commands: POWER,
  run: (world) =>
    underLoad(world, 'node', () => loseNode(world), {
      ...WITH_RESTARTS,
      // Requests to a node that is off end with a timeout.
      allowsErrors: true,
    }),
};

async function loseNode(world: World): Promise<string> {
  const [broker, node] = await brokerToLose(world);
  const usual = await connectSeconds(world);
  await world.tools.createTopic(LEADERLESS, String(broker), { 'min.insync.replicas': '1' });
  await powerOff(node);
  try {
    await untilNodes([node], false);
    const seen = await newClients(world, usual, 1);
    const leaderless = (await world.tools.partitions()).find(({ topic }) => topic === LEADERLESS);
    if (leaderless?.leader !== undefined) {
      throw new Error(`${LEADERLESS} has a leader: ${JSON.stringify(leaderless)}`);
    }
    return `${node} off: ${seen}`;
  } finally {
    await powerOn(node);
    await untilNodes([node], true);
    await untilHealthy(world);
    await world.tools.deleteTopic(LEADERLESS);
  }
}

/** A broker whose node has neither the clients of the test nor all DNS pods. */
async function brokerToLose({ expectations }: World): Promise<[broker: number, node: string]> {
  const { namespace } = expectations;
  const clients = await podsOf(namespace, `${E2E_LABEL}=true`);
  const kept = [...clients.map(({ spec }) => spec.nodeName), ...(await nodesOfNames())];
  for (const { id, pod } of brokersOf(expectations)) {
    const node = await nodeOf(namespace, pod);
    if (!kept.includes(node)) {
      return [id, node];
    }
  }
  throw new Error('every node runs clients of the test or DNS');
}

/** Waits until no broker is ready. */
async function untilNoneIsReady({ expectations }: World): Promise<void> {
  await eventually('no broker ready', 120, async () => {
    const pods = await podsOf(expectations.namespace, 'app.kubernetes.io/component=broker');
    const ready = pods.filter(isReady).length;
    return ready === 0 ? { done: undefined } : { state: `${ready} of ${pods.length} are ready` };
  });
}

/** Starts a new client, and returns the time until it has connected. It is a JVM with the default settings. */
async function connectSeconds({ tools }: World): Promise<number> {
  const begin = Date.now();
  await tools.endpoints();
  return Math.round((Date.now() - begin) / 100) / 10;
}

/**
 * Starts new clients one after another.
 *
 * @param usual seconds that a client takes without an incident, most of them for its start
 * @param late number of clients that may take longer: with a lost node, a client can meet it twice in a row
 */
async function newClients(world: World, usual: number, late = 0): Promise<string> {
  const seconds: number[] = [];
  for (let client = 0; client < CLIENTS; client++) {
    seconds.push(await connectSeconds(world));
  }
  const text = `new clients have connected after ${seconds.join(', ')} s, and one before the incident after ${usual} s`;
  if (seconds.filter((time) => time > LIMIT_SECONDS + usual).length > late) {
    throw new Error(text);
  }
  return text;
}
