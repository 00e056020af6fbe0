/*
 * Nodes that are gone with their disks, while others join their zones.
 */
import { list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { nodeOf, nodesOfNames } from '../restarts/nodes';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { secondsUntilFalse } from '../restarts/seconds-until-false';
import { zoneOfNode } from '../setup/nodes';
import { eventually } from '../waiting';
import { deletePodWithClaims } from './claims';
import {
  LostServer,
  RECOVERY_SECONDS,
  annotateRecovery,
  brokerPod,
  freedFinding,
  loseNodeOf,
  recoveryFindings,
  recoveryStatus,
  untilRecovered,
} from './lost-node';

const PAUSE = 'cdk8s-kafka.io/pause-recovery';
const CONSENT = 'cdk8s-kafka.io/accept-node-loss';

/** Longer than the waiting time of the recovery. */
const HELD_SECONDS = 90;

/** The node of a broker is gone, and the recovery frees the broker. */
export const replacedNode: Scenario = {
  name: 'node replaced',
  about:
    'The node of a broker is removed with its disks, and a new node joins its zone. The recovery deletes the claims of the broker, ' +
    'which starts on the new node and replicates its data.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const server = await loseNodeOf(context, lastBroker(context));
    const seconds = await untilRecovered(context, server);
    return [...(await recoveryFindings(context, server, seconds)), await freedFinding(context, server)];
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
    await annotateRecovery(world, `${PAUSE}=tests: a person replaces the node`);
    try {
      const server = await loseNodeOf(context, lastBroker(context));
      const freedAlone = await secondsUntilStarted(context, server);
      const { status = '' } = await recoveryStatus(world);
      await deletePodWithClaims(context, server.pod);
      const seconds = await untilRecovered(context, server);
      return [
        {
          expected: 'the recovery does nothing while it is paused, and says so',
          seen: freedAlone === undefined ? status.trim() : `the broker started after ${freedAlone} s`,
          isMet: freedAlone === undefined && /paused: tests: a person replaces the node/.test(status),
        },
        ...(await recoveryFindings(context, server, seconds)),
      ];
    } finally {
      await annotateRecovery(world, `${PAUSE}-`);
    }
  },
};

/** All nodes of a zone are gone: that of a broker, and that of a controller or ZooKeeper server. */
export const lostZone: Scenario = {
  name: 'zone lost and replaced',
  about:
    'The nodes of a broker and of a controller or ZooKeeper server in one zone are removed with their disks, and new nodes join. ' +
    'The recovery frees both.',
  errors: 'impatient',
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const pods = await serversOfOneZone(context);
    const servers: LostServer[] = [];
    for (const pod of pods) {
      servers.push(await loseNodeOf(context, pod));
    }
    const seconds = await untilRecovered(context, ...servers);
    const findings = await Promise.all(
      servers.map(async (server) => [
        ...(await recoveryFindings(context, server, seconds)),
        await freedFinding(context, server),
      ]),
    );
    return findings.flat();
  },
};

/** The nodes of two zones are gone at once, which only a person can decide about. */
export const twoZonesLost: Scenario = {
  name: 'nodes of two zones replaced',
  about:
    'The nodes of two brokers in two zones are removed with their disks, and new nodes join. The recovery calls for a person, and frees ' +
    'both brokers after a person has stated that the nodes are lost.',
  // Two of three replicas of each partition are away.
  errors: 'all',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  commands: ['E2E_NODE_REPLACE'],
  act: async (context) => {
    const { world } = context;
    const { namespace, maps } = world.expectations;
    const [first, second] = maps[0].brokerIds.map((id) => brokerPod(world, id));
    const servers = [await loseNodeOf(context, first), await loseNodeOf(context, second)];
    const called = await eventually<string>(
      'the recovery to call for a person',
      RECOVERY_SECONDS,
      async () => {
        const events = await list<Event>(['events', `--namespace=${namespace}`]);
        const found = events.find(({ reason }) => reason === 'RecoveryNeedsPerson');
        return found === undefined ? { state: 'no Event' } : { done: found.message };
      },
    );
    const freedAlone = await secondsUntilStarted(context, servers[0]);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    context.recorder.mark('a person states that the nodes are lost');
    await annotateRecovery(world, `${CONSENT}=until=${until}; by=tests; reason=both nodes are gone`);
    const seconds = await untilRecovered(context, ...servers);
    await annotateRecovery(world, `${CONSENT}-`);
    const findings = await Promise.all(
      servers.map(async (server) => [
        ...(await recoveryFindings(context, server, seconds)),
        await freedFinding(context, server),
      ]),
    );
    return [
      { expected: 'the recovery calls for a person', seen: called, isMet: /several zones/.test(called) },
      {
        expected: 'nothing is freed before',
        seen:
          freedAlone === undefined
            ? `nothing for ${HELD_SECONDS} s`
            : `a broker started after ${freedAlone} s`,
        isMet: freedAlone === undefined,
      },
      ...findings.flat(),
    ];
  },
};

function lastBroker({ world }: ScenarioContext): string {
  return brokerPod(world, world.expectations.maps[0].brokerIds.at(-1)!);
}

/** Seconds until the pod of a lost server starts; undefined if it does not for longer than the recovery waits. */
async function secondsUntilStarted(
  { recorder }: ScenarioContext,
  { pod }: LostServer,
): Promise<number | undefined> {
  // The Pod object outlives its node for some time.
  await recorder.until(`${pod} down`, RECOVERY_SECONDS, () => recorder.stateOf(pod) === 'down');
  return secondsUntilFalse(HELD_SECONDS, () => recorder.stateOf(pod) === 'down');
}

/** A broker and a server of the quorum in one zone, whose nodes do not run all DNS pods. */
async function serversOfOneZone({ world }: ScenarioContext): Promise<string[]> {
  const { namespace, maps, metadataPods } = world.expectations;
  const spared = await nodesOfNames();
  const placed = async (pod: string) => {
    const node = await nodeOf(namespace, pod);
    return { pod, node, zone: await zoneOfNode(node) };
  };
  const brokers = await Promise.all(maps[0].brokerIds.map((id) => placed(brokerPod(world, id))));
  const members = await Promise.all(metadataPods.map(placed));
  for (const broker of brokers) {
    const member = members.find(({ zone }) => zone === broker.zone);
    if (member && !spared.includes(broker.node) && !spared.includes(member.node)) {
      return [broker.pod, member.pod];
    }
  }
  throw new Error('no zone has a broker and a server of the quorum, and not all DNS pods');
}
