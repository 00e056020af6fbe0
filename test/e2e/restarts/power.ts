/*
 * Power losses of nodes.
 */
import { startClientPod } from '../kafka/client-pod';
import { recordsAreStillThere } from '../checks/records';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { Switch } from '../setup/switches';
import { assertNone } from '../waiting';
import { E2E_LABEL } from '../kubernetes/test-pod';
import { World, brokersOf } from '../world';
import { nodeOf, nodesOfNames, powerSwitch, untilNodes } from './nodes';
import { startObserver } from './observer';
import { restart, rollingOrder, untilRolled } from './rollout';
import { Scenario } from './scenario';
import { staysTrue } from './stays-true';

const HELD_SECONDS = 30;

/** The node of a broker loses its power while another broker of its map is down. */
export const powerLossMidRoll: Scenario = {
  name: 'node power loss mid-roll',
  about:
    'While the first broker of a map is down for its restart, the node of another one loses its power; when the roll ' +
    'waits for it, the node is started again.',
  errors: 'impatient',
  mayFallShort: true,
  away: 2,
  needsNodeSwitch: true,
  act: async ({ world, recorder }) => {
    const { outcome } = world;
    const [map] = outcome.maps;
    const [first, ...others] = rollingOrder(map);
    const power = powerSwitch();
    const spared = await nodesOfNames();
    const places = await Promise.all(
      others.reverse().map(async (pod) => ({ pod, node: await nodeOf(outcome.namespace, pod) })),
    );
    const [victim, last] = places[0] && spared.includes(places[0].node) ? [...places].reverse() : places;
    const uid = recorder.latest(last.pod)?.uid;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(outcome, map.statefulSet);
    await recorder.until(`${first} down`, 300, () => recorder.stateOf(first) === 'down');
    let after: number | undefined;
    try {
      recorder.mark(`${victim.node} off, with ${victim.pod}`);
      await power.off(victim.node);
      await untilNodes([victim.node], false);
      await recorder.until(`${first} back`, 600, () => recorder.stateOf(first) === 'ready');
      const serves = () => recorder.latest(last.pod)?.uid === uid && recorder.stateOf(last.pod) !== 'down';
      after = await staysTrue(HELD_SECONDS, serves);
    } finally {
      recorder.mark(`${victim.node} on`);
      await power.on(victim.node);
    }
    await untilNodes([victim.node], true);
    await untilRolled(outcome, map.statefulSet);
    return [
      {
        expected: `while ${victim.pod} is lost, ${last.pod} does not stop`,
        seen: after === undefined ? `it served for ${HELD_SECONDS} s` : `it stopped after ${after} s`,
        isMet: after === undefined,
      },
    ];
  },
};

/** All nodes lose their power, and get it back. */
export const coldStartOfNodes: Scenario = {
  name: 'cold start of all nodes',
  about: 'All nodes of the cluster lose their power, and are started again.',
  errors: 'none',
  isWithoutLoad: true,
  mayFallShort: true,
  away: 3,
  needsNodeSwitch: true,
  act: async ({ world, recorder }) => {
    const { outcome } = world;
    const power = powerSwitch();
    const pods = [...brokersOf(outcome).map(({ pod }) => pod), ...outcome.metadataPods];
    const nodes = [...new Set(await Promise.all(pods.map((pod) => nodeOf(outcome.namespace, pod))))];
    recorder.mark('all nodes off');
    try {
      for (const node of nodes) {
        await power.off(node);
      }
      await untilNodes(nodes, false);
    } finally {
      recorder.mark('all nodes on');
      await switchOn(nodes, power);
    }
    await untilNodes(nodes, true);
    await untilReady(outcome.namespace, pods, 900);
    await bringTestsBack(world);
    await untilHealthy(world);
    const said = await recordsAreStillThere(world);
    return [{ expected: 'all records from before are there', seen: said, isMet: true }];
  },
};

/** A node that does not start must not leave the others off. */
async function switchOn(nodes: readonly string[], power: Switch): Promise<void> {
  const problems: string[] = [];
  for (const node of nodes) {
    await power.on(node).catch((error: Error) => problems.push(`${node}: ${error.message}`));
  }
  assertNone(problems);
}

/** Pods of the tests do not start again by themselves. */
async function bringTestsBack({ outcome }: World): Promise<void> {
  const { namespace } = outcome;
  const args = [`--selector=${E2E_LABEL}=true`, `--namespace=${namespace}`, '--grace-period=0', '--force'];
  await kubectl(['delete', 'pods', ...args], { seconds: 300 });
  await startClientPod(outcome);
  await startObserver(outcome);
}
