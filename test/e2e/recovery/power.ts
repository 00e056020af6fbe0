/*
 * A node that is off for some minutes, and returns with its disks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { POWER, nodeOf, nodesOfNames, powerOff, powerOn, untilNodes } from '../restarts/nodes';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { volumesOf } from './claims';
import { RECOVERY_SECONDS, brokerPod, recoveryStatus } from './lost-node';

const OUTAGE_MS = 180_000;

/** The node of a broker is off for three minutes. */
export const powerLoss: Scenario = {
  name: 'node off for three minutes',
  about:
    'The node of a broker loses power and is on again after three minutes, which is longer than the waiting time of the recovery. The Node ' +
    'object stays, so the broker keeps its disks.',
  errors: 'impatient',
  commands: POWER,
  act: async (context) => {
    const { world, recorder } = context;
    const [pod, node] = await brokerToPowerOff(context);
    const before = await volumesOf(world, pod);
    recorder.mark(`${node} off`);
    await powerOff(node);
    try {
      await untilNodes([node], false);
      // The outage has a fixed length.
      await sleep(OUTAGE_MS);
    } finally {
      recorder.mark(`${node} on`);
      await powerOn(node);
    }
    await untilNodes([node], true);
    await recorder.until(`${pod} ready`, RECOVERY_SECONDS, () => recorder.stateOf(pod) === 'ready');
    const after = await volumesOf(world, pod);
    const { history = '' } = await recoveryStatus(world);
    return [
      {
        expected: 'the broker has its disks',
        seen: [...after.values()].join(', '),
        isMet: [...before].every(([claim, volume]) => after.get(claim) === volume),
      },
      {
        expected: 'the recovery has not freed it',
        seen: history.trim() || 'no history',
        isMet: !history.includes(`${pod}: node ${node}`),
      },
    ];
  },
};

async function brokerToPowerOff({ world }: ScenarioContext): Promise<[pod: string, node: string]> {
  const { namespace, maps } = world.expectations;
  const spared = await nodesOfNames();
  for (const id of maps[0].brokerIds) {
    const pod = brokerPod(world, id);
    const node = await nodeOf(namespace, pod);
    if (!spared.includes(node)) {
      return [pod, node];
    }
  }
  throw new Error('all DNS pods are on the nodes of the brokers');
}
