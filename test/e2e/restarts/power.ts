/*
 * Power losses of nodes.
 */
import { startClientPod } from '../kafka/client-pod';
import { recordsAreStillThere } from '../checks/records';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { execIn, untilReady } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { E2E_LABEL } from '../kubernetes/test-pod';
import { World, brokersOf } from '../world';
import { POWER, nodeOf, nodesOfNames, powerOff, powerOn, untilNodes } from './nodes';
import { startObserver } from './observer';
import { restart, rolloutOrder, untilRolledOut } from './rollout';
import { Scenario } from './scenario';
import { secondsUntilFalse } from './seconds-until-false';

const DELAY_SECONDS = 30;
const READINESS_URL = 'http://127.0.0.1:8080/readyz?verbose';
const IN_SYNC = /"ready": true|the server is in sync/;

/** The node of a broker loses power while another broker of its map is down. */
export const powerLossDuringRollout: Scenario = {
  name: 'node power loss during a rollout',
  about:
    'While the first broker of a map is down for its restart, the node of another one loses power; when the rollout ' +
    'waits for it, the node is started again.',
  errors: 'impatient',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  commands: POWER,
  act: async ({ world, recorder }) => {
    const { expectations } = world;
    const [map] = expectations.maps;
    const [first, ...others] = rolloutOrder(map);
    const spared = await nodesOfNames();
    const places = await Promise.all(
      others.reverse().map(async (pod) => ({ pod, node: await nodeOf(expectations.namespace, pod) })),
    );
    const [victim, last] = places[0] && spared.includes(places[0].node) ? [...places].reverse() : places;
    const uid = recorder.latest(last.pod)?.uid;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(expectations, map.statefulSet);
    await recorder.until(`${first} down`, 300, () => recorder.stateOf(first) === 'down');
    let after: number | undefined;
    try {
      recorder.mark(`${victim.node} off, with ${victim.pod}`);
      await powerOff(victim.node);
      await untilNodes([victim.node], false);
      // It is ready only if the next broker may stop.
      await eventually(`${first} in sync`, 600, async () => {
        const pod = { namespace: expectations.namespace, pod: first, container: 'agent' };
        const verdict = await execIn(pod, 'wget', '-qO-', READINESS_URL).catch(String);
        return IN_SYNC.test(verdict) ? { done: undefined } : { state: verdict };
      });
      const serves = () => recorder.latest(last.pod)?.uid === uid && recorder.stateOf(last.pod) !== 'down';
      after = await secondsUntilFalse(DELAY_SECONDS, serves);
    } finally {
      recorder.mark(`${victim.node} on`);
      await powerOn(victim.node);
    }
    await untilNodes([victim.node], true);
    await untilRolledOut(expectations, map.statefulSet);
    return [
      {
        expected: `while ${victim.pod} is lost, ${last.pod} does not stop`,
        seen: after === undefined ? `it served for ${DELAY_SECONDS} s` : `it stopped after ${after} s`,
        isMet: after === undefined,
      },
    ];
  },
};

/** All nodes lose power and start again. */
export const coldStartOfNodes: Scenario = {
  name: 'cold start of all nodes',
  about: 'All nodes of the cluster lose power and are started again.',
  errors: 'none',
  isWithoutLoad: true,
  mayFallBelowMinIsr: true,
  maxUnavailable: 3,
  commands: POWER,
  act: async ({ world, recorder }) => {
    const { expectations } = world;
    const pods = [...brokersOf(expectations).map(({ pod }) => pod), ...expectations.metadataPods];
    const nodes = [...new Set(await Promise.all(pods.map((pod) => nodeOf(expectations.namespace, pod))))];
    recorder.mark('all nodes off');
    try {
      for (const node of nodes) {
        await powerOff(node);
      }
      await untilNodes(nodes, false);
    } finally {
      recorder.mark('all nodes on');
      await switchOn(nodes);
    }
    await untilNodes(nodes, true);
    await untilReady(expectations.namespace, pods, 900);
    await restartTestPods(world);
    await untilHealthy(world);
    const records = await recordsAreStillThere(world);
    return [{ expected: 'all records from before the power loss exist', seen: records, isMet: true }];
  },
};

/** Starts all nodes, even if one does not start. */
async function switchOn(nodes: readonly string[]): Promise<void> {
  const problems: string[] = [];
  for (const node of nodes) {
    await powerOn(node).catch((error: Error) => problems.push(`${node}: ${error.message}`));
  }
  assertNone(problems);
}

/** Restarts the pods of the tests. They have no controller. */
async function restartTestPods({ expectations }: World): Promise<void> {
  const { namespace } = expectations;
  const args = [`--selector=${E2E_LABEL}=true`, `--namespace=${namespace}`, '--grace-period=0', '--force'];
  await kubectl(['delete', 'pods', ...args], { seconds: 300 });
  await startClientPod(expectations);
  await startObserver(expectations);
}
