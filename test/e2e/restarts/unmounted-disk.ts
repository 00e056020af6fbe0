/*
 * A local volume that is not mounted on its node. Its path is then an empty folder of the root disk of the node.
 */
import { kubectl, list } from '../kubernetes/kubectl';
import { Event } from '../kubernetes/objects';
import { logsOf } from '../kubernetes/pods';
import { outside } from '../setup/outside-commands';
import { localPathOf } from '../recovery/claims';
import { eventually } from '../waiting';
import { nodeOf } from './nodes';
import { Finding } from './result';
import { rolloutOrder } from './rollout';
import { Scenario, ScenarioContext } from './scenario';

const SECONDS = 600;
const WAITING =
  /is not the local volume of claim data-0-\S+, which requests 900 MiB: .*not mounted on node \S+/;
const REFILLED = /it replicates from them/;

/** A broker whose disk is not mounted waits, and returns with its data when it is. */
export const unmountedDisk: Scenario = {
  name: 'disk that is not mounted',
  about:
    'The local volume of a broker is unmounted on its node, and its pod is deleted. The new pod waits. Then its node is cordoned, ' +
    'the pod deleted again, the volume mounted, and the node uncordoned.',
  errors: 'none',
  commands: ['E2E_DISK_UNMOUNT', 'E2E_DISK_MOUNT'],
  act: async (context) => {
    const { world, recorder } = context;
    const { namespace, maps } = world.expectations;
    const [pod] = rolloutOrder(maps.at(-1)!);
    const node = await nodeOf(namespace, pod);
    const path = await localPathOf(namespace, `data-0-${pod}`);
    recorder.mark(`${path} of ${node} unmounted`);
    await outside('E2E_DISK_UNMOUNT', node, path);
    let waiting: string;
    let hasStarted: boolean;
    try {
      await replace(context, pod);
      waiting = await untilLogged(namespace, pod, WAITING);
      hasStarted = recorder.latest(pod)?.startedAt !== undefined;
      // The kubelet would unmount a volume that is mounted while the pod exists.
      await kubectl(['cordon', node]);
      await replace(context, pod);
    } finally {
      recorder.mark(`${path} of ${node} mounted`);
      await outside('E2E_DISK_MOUNT', node, path);
      await kubectl(['uncordon', node]);
    }
    const events = (await list<Event>(['events', `--namespace=${namespace}`])).filter(
      ({ involvedObject, reason }) => involvedObject.name === pod && reason === 'DiskNotMounted',
    );
    await recorder.until(`${pod} ready`, SECONDS, () => recorder.stateOf(pod) === 'ready');
    const log = await logsOf(namespace, pod, 'init');
    return findings(pod, waiting, events, hasStarted, log);
  },
};

function findings(
  pod: string,
  waiting: string,
  events: readonly Event[],
  hasStarted: boolean,
  log: string,
): Finding[] {
  return [
    { expected: `${pod} waits and names its claim and both sizes`, seen: waiting, isMet: true },
    {
      expected: 'an Event of the pod says the same',
      seen: events.map(({ message }) => message.slice(0, 60)).join(', ') || 'none',
      isMet: events.length > 0,
    },
    {
      expected: 'Kafka does not start on the folder',
      seen: hasStarted ? 'it started' : 'it did not start',
      isMet: !hasStarted,
    },
    {
      expected: 'after the mount, the broker has its data and does not replicate all of it again',
      seen: REFILLED.test(log) ? 'it replicated its data' : 'its disk has its data',
      isMet: !REFILLED.test(log) && /all disks contain data/.test(log),
    },
  ];
}

/** Deletes a pod, and waits for its successor. */
async function replace({ world, recorder }: ScenarioContext, pod: string): Promise<void> {
  const uid = recorder.latest(pod)?.uid;
  recorder.mark(`delete ${pod}`);
  await kubectl(['delete', 'pod', pod, `--namespace=${world.expectations.namespace}`, '--wait=false']);
  await recorder.until(`successor of ${pod}`, SECONDS, () => recorder.latest(pod)?.uid !== uid);
}

async function untilLogged(namespace: string, pod: string, pattern: RegExp): Promise<string> {
  return eventually<string>(`init of ${pod} to wait for its disk`, 180, async () => {
    const log = await logsOf(namespace, pod, 'init').catch((error: Error) => error.message);
    const line = log.split('\n').find((text) => pattern.test(text));
    return line === undefined
      ? { state: log.trim().split('\n').at(-1) ?? 'no log' }
      : { done: (JSON.parse(line) as { message: string }).message };
  });
}
