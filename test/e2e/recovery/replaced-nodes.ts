/*
 * Nodes that are gone with their disks, while others join their zones.
 */
import { list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { nodeOf } from '../restarts/nodes';
import { Finding } from '../restarts/result';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { zoneOfNode } from '../setup/nodes';
import { eventually } from '../waiting';
import { deletePodWithClaims } from './claims';
import {
  HELD_SECONDS,
  LostServer,
  RECOVERY_SECONDS,
  annotateRecovery,
  brokerToLose,
  brokersByZone,
  freedFinding,
  loseNodeOf,
  recoveryFindings,
  recoveryStatus,
  secondsUntilFreed,
  untilRecovered,
} from './lost-node';

const PAUSE = 'cdk8s-kafka.io/pause-recovery';
const ACCEPTANCE = 'cdk8s-kafka.io/accept-node-loss';

/** The node of a broker is gone, and the recovery frees the broker. */
export const replacedNode: Scenario = {
  name: 'node replaced',
  about:
    'The node of a broker is removed with its disks, and a new node joins its zone. The recovery deletes the claims of the broker, ' +
    'which starts on the new node and replicates its data.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const server = await loseNodeOf(context, await brokerToLose(context));
    return allFreed(context, [server]);
  },
};

/** The node of a broker is gone, and a person replaces it. */
export const replacedByPerson: Scenario = {
  name: 'node replaced without the recovery',
  about:
    'The recovery is paused, and the node of a broker is removed with its disks. The pod waits until a person deletes its claims.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { world } = context;
    return paused(context, async () => {
      const server = await loseNodeOf(context, await brokerToLose(context));
      const freedAlone = await secondsUntilFreed(context, [server], HELD_SECONDS);
      const { status = '' } = await recoveryStatus(world);
      await deletePodWithClaims(context, server.pod);
      const seconds = await untilRecovered(context, server);
      return [
        held(freedAlone),
        {
          expected: 'the status says that the recovery is paused',
          seen: status.trim(),
          isMet: /paused: tests: a person replaces the node/.test(status),
        },
        ...(await recoveryFindings(context, server, seconds)),
      ];
    });
  },
};

/** Both nodes with brokers of one zone are gone. */
export const twoNodesLost: Scenario = {
  name: 'two nodes of one zone replaced',
  about:
    'The nodes of two brokers of a map in one zone are removed with their disks, and new nodes join. The recovery frees one broker, and ' +
    'the other one when the first is in sync.',
  errors: 'impatient',
  maxUnavailable: 2,
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const pods = (await fullestZone(context)).brokers;
    const servers = await loseNodesOf(context, pods);
    return allFreed(context, servers);
  },
};

/** All nodes of a zone are gone: those of brokers, and that of a controller or ZooKeeper server. */
export const lostZone: Scenario = {
  name: 'zone lost and replaced',
  about:
    'All nodes of brokers and of a controller or ZooKeeper server in one zone are removed with their disks, and new nodes join. The ' +
    'recovery frees all servers, one after another.',
  errors: 'impatient',
  // If the quorum loses its leader, no broker knows for a while that it is in sync. All serve meanwhile.
  maxUnavailable: 4,
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { brokers, zone } = await fullestZone(context);
    const { namespace, metadataPods } = context.world.expectations;
    const zones = await Promise.all(
      metadataPods.map(async (pod) => zoneOfNode(await nodeOf(namespace, pod))),
    );
    const members = metadataPods.filter((_, index) => zones[index] === zone);
    const servers = await loseNodesOf(context, [...members, ...brokers]);
    return allFreed(context, servers);
  },
};

/** The nodes of two zones are gone at once, which only a person can decide about. */
export const twoZonesLost: Scenario = {
  name: 'nodes of two zones replaced',
  about:
    'The nodes of two brokers in two zones are removed with their disks, and new nodes join. The recovery calls for a person, and frees ' +
    'both brokers after a person has accepted the loss of these nodes.',
  // Two of three replicas of many partitions are away.
  errors: 'all',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { world, recorder } = context;
    const begin = Date.now();
    const [[first], [second]] = [...(await brokersByZone(world)).values()];
    // The first one must not be freed before the second is lost.
    const servers = await paused(context, () => loseNodesOf(context, [first, second]));
    const called = await calledSince(context, begin);
    const freedAlone = await secondsUntilFreed(context, servers, HELD_SECONDS);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const nodes = servers.map(({ lost }) => lost).join(',');
    recorder.mark('a person accepts the loss of the nodes');
    await annotateRecovery(
      world,
      `${ACCEPTANCE}=nodes=${nodes}; until=${until}; by=tests; reason=both nodes are gone`,
    );
    try {
      return [
        { expected: 'the recovery calls for a person', seen: called, isMet: /several zones/.test(called) },
        held(freedAlone),
        ...(await allFreed(context, servers)),
      ];
    } finally {
      await annotateRecovery(world, `${ACCEPTANCE}-`);
    }
  },
};

/** Waits until the recovery has freed servers, and they are ready. */
async function allFreed(context: ScenarioContext, servers: readonly LostServer[]): Promise<Finding[]> {
  const seconds = await untilRecovered(context, ...servers);
  const findings = await Promise.all(
    servers.map(async (server) => [
      ...(await recoveryFindings(context, server, seconds)),
      await freedFinding(context, server),
    ]),
  );
  return findings.flat();
}

async function loseNodesOf(context: ScenarioContext, pods: readonly string[]): Promise<LostServer[]> {
  const servers: LostServer[] = [];
  for (const pod of pods) {
    servers.push(await loseNodeOf(context, pod));
  }
  return servers;
}

/** Runs an action while the recovery is paused. */
async function paused<T>({ world }: ScenarioContext, action: () => Promise<T>): Promise<T> {
  await annotateRecovery(world, `${PAUSE}=tests: a person replaces the node`);
  try {
    return await action();
  } finally {
    await annotateRecovery(world, `${PAUSE}-`);
  }
}

function held(freedAfter: number | undefined): Finding {
  return {
    expected: 'nothing is freed before',
    seen: freedAfter === undefined ? `nothing for ${HELD_SECONDS} s` : `after ${freedAfter} s`,
    isMet: freedAfter === undefined,
  };
}

/** Waits for an Event that calls for a person, and returns its message. */
async function calledSince({ world }: ScenarioContext, begin: number): Promise<string> {
  const { namespace } = world.expectations;
  return eventually<string>('the recovery to call for a person', RECOVERY_SECONDS, async () => {
    const events = await list<Event>(['events', `--namespace=${namespace}`]);
    const found = events.find(
      ({ lastTimestamp, reason }) =>
        reason === 'RecoveryNeedsPerson' && Date.parse(lastTimestamp ?? '') >= begin,
    );
    return found === undefined ? { state: 'no Event' } : { done: found.message };
  });
}

/** The zone with the most brokers. */
async function fullestZone({
  world,
}: ScenarioContext): Promise<{ readonly zone: string; readonly brokers: readonly string[] }> {
  const zones = [...(await brokersByZone(world))].sort(([, a], [, b]) => b.length - a.length);
  const [[zone, brokers]] = zones;
  return { zone, brokers };
}
