/*
 * Nodes of pods, their readiness, and their power.
 */
import { list } from '../kubernetes/kubectl';
import { Node, isReady } from '../kubernetes/objects';
import { podOf, podsOf } from '../kubernetes/pods';
import { Switch, nodeSwitch } from '../setup/switches';
import { eventually } from '../waiting';

/** The node of a pod. */
export async function nodeOf(namespace: string, pod: string): Promise<string> {
  const node = (await podOf(namespace, pod))?.spec.nodeName;
  if (node === undefined) {
    throw new Error(`${pod} is not scheduled`);
  }
  return node;
}

/** @throws if there are no commands for the power of nodes, which the preflight also checks */
export function powerSwitch(): Switch {
  const power = nodeSwitch();
  if (!power) {
    throw new Error('nodes cannot be powered off: set E2E_NODE_OFF and E2E_NODE_ON');
  }
  return power;
}

/** Waits until all nodes are ready, or all are not ready. */
export async function untilNodes(names: readonly string[], areReady: boolean): Promise<void> {
  await eventually(`${names.join(', ')} ${areReady ? 'ready' : 'not ready'}`, 300, async () => {
    const nodes = (await list<Node>(['nodes'])).filter(({ metadata }) => names.includes(metadata.name));
    const others = nodes.filter((node) => isReady(node) !== areReady);
    return nodes.length === names.length && others.length === 0
      ? { done: undefined }
      : {
          state: `${others.map(({ metadata }) => metadata.name).join(', ')} ${areReady ? 'not yet' : 'still'}`,
        };
  });
}

/** The node that runs all DNS pods, if there is only one. The loss of cluster DNS is another incident. */
export async function nodesOfNames(): Promise<string[]> {
  const pods = (await podsOf('kube-system', 'k8s-app=kube-dns')).filter(isReady);
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))];
  return nodes.length === 1 ? nodes : [];
}
