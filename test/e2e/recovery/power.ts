/*
 * A node that is off for some minutes, and returns with its disks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../kubernetes/kubectl';
import { POWER, nodeOf, powerOff, powerOn, untilNodes } from '../restarts/nodes';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { volumesOf } from './claims';
import { outside } from '../setup/outside-commands';
import {
  RECOVERY_SECONDS,
  brokerToLose,
  brokersByZone,
  freedFinding,
  recoveryFindings,
  recoveryStatus,
  untilRecovered,
} from './lost-node';

const OUTAGE_MS = 180_000;
const TAINT = 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute';

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
    const pod = await brokerToLose(context);
    const node = await nodeOf(world.expectations.namespace, pod);
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

/** The node of a broker is off, and a person states that with the taint out-of-service. */
export const outOfService: Scenario = {
  name: 'node out of service',
  about:
    'The node of a broker loses power, and a person gives it the taint out-of-service. The recovery frees the broker, which starts on ' +
    'another node of its zone.',
  errors: 'impatient',
  commands: [...POWER, 'E2E_DISKS_RECYCLE'],
  act: async (context) => {
    const { world, recorder } = context;
    const { namespace } = world.expectations;
    const pod = await brokerAlone(context);
    const lost = await nodeOf(namespace, pod);
    const server = { pod, uid: recorder.latest(pod)?.uid, lost, added: 'a spare node', at: Date.now() };
    recorder.mark(`${lost} off, and out of service`);
    await powerOff(lost);
    try {
      await untilNodes([lost], false);
      await kubectl(['taint', 'node', lost, TAINT]);
      const seconds = await untilRecovered(context, server);
      return [...(await recoveryFindings(context, server, seconds)), await freedFinding(context, server)];
    } finally {
      await powerOn(lost);
      await untilNodes([lost], true);
      await kubectl(['taint', 'node', lost, `${TAINT}-`]);
      await outside('E2E_DISKS_RECYCLE');
    }
  },
};

/** The broker of a zone with one broker, and another node for it. */
async function brokerAlone({ world }: ScenarioContext): Promise<string> {
  const alone = [...(await brokersByZone(world)).values()].find((pods) => pods.length === 1);
  if (alone === undefined) {
    throw new Error('every zone has several brokers, so none has a spare node');
  }
  return alone[0];
}
