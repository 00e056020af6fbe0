import { allIsWell } from '../checks/sync';
import { apply, getJson, kubectl } from '../kubernetes/kubectl';
import { Node, Pod, conditionOf } from '../kubernetes/objects';
import { logsOf, podOf, stateOf, untilEnded } from '../kubernetes/pods';
import { changeNodes } from '../setup/node-changes';
import { ZONE_LABEL, zoneOf } from '../setup/nodes';
import { eventually } from '../waiting';
import { World } from '../world';
import { OneBroker } from './one-broker';

/**
 * Without a zone label on its node a broker does not run. The scheduler keeps its pod waiting; a pod that is on such a
 * node all the same ends in init, with the names of node and label.
 */
export async function missingZoneLabelIsNamed(world: World): Promise<string> {
  await allIsWell(world);
  const broker = new OneBroker(world);
  const { spec } = await getJson<Pod>(['pod', broker.pod, `--namespace=${broker.namespace}`]);
  const node = await getJson<Node>(['node', spec.nodeName ?? '']);
  await broker.stop();
  await changeNodes(new Map([[node, { labels: { [ZONE_LABEL]: null } }]]));
  try {
    await broker.start();
    const scheduler = await untilUnschedulable(broker);
    await broker.stop();
    const init = await runInitOn(node, broker);
    return `scheduler: ${scheduler}; init: ${init}`;
  } finally {
    const current = await getJson<Node>(['node', node.metadata.name]);
    await changeNodes(new Map([[current, { labels: { [ZONE_LABEL]: zoneOf(node) } }]]));
    await broker.start();
    await allIsWell(world);
  }
}

async function untilUnschedulable({ namespace, pod: name }: OneBroker): Promise<string> {
  return eventually<string>('a word of the scheduler', 120, async () => {
    const pod = await podOf(namespace, name);
    const scheduled = pod && conditionOf(pod, 'PodScheduled');
    return scheduled?.status === 'False' && scheduled.message?.includes('topology spread constraints')
      ? { done: scheduled.message.replace(/\s*preemption:.*$/s, '') }
      : { state: stateOf(name, pod) };
  });
}

/** Makes the pod by hand, with its node written in, which leaves the scheduler out. */
async function runInitOn(node: Node, broker: OneBroker): Promise<string> {
  const { spec } = await broker.template();
  const volumes = [
    ...(spec.volumes ?? []),
    { name: 'data-0', persistentVolumeClaim: { claimName: broker.claim } },
  ];
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    // Without the StatefulSet's labels, or it would take the pod for one too many of its own.
    metadata: { name: broker.pod, namespace: broker.namespace },
    spec: { ...spec, nodeName: node.metadata.name, restartPolicy: 'Never', volumes },
  });
  try {
    const pod = await untilEnded(broker.namespace, broker.pod, 120);
    const exitCode = pod.status.initContainerStatuses?.[0].state.terminated?.exitCode;
    const log = await logsOf(broker.namespace, broker.pod, 'init');
    const expected = `node '${node.metadata.name}' has no label '${ZONE_LABEL}'`;
    if (exitCode !== 78 || !log.includes(expected)) {
      throw new Error(
        `exit code 78 and "${expected}" are expected of init, there are ${exitCode} and: ${log}`,
      );
    }
    return `${expected}, exit code ${exitCode}`;
  } finally {
    await kubectl(['delete', 'pod', broker.pod, `--namespace=${broker.namespace}`, '--grace-period=1']);
  }
}
