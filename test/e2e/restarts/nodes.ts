/*
 * Nodes as scenarios need them: which one a pod is on, whether it is there, and its switch.
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
    throw new Error(`${pod} is on no node`);
  }
  return node;
}

/** @throws when there is no switch for nodes, which the preflight checks too */
export function powerSwitch(): Switch {
  const power = nodeSwitch();
  if (!power) {
    throw new Error('there is no switch for nodes: set E2E_NODE_OFF and E2E_NODE_ON');
  }
  return power;
}

/** Waits until nodes are ready, or until none of them is. */
export async function untilNodes(names: readonly string[], isThere: boolean): Promise<void> {
  await eventually(`${names.join(', ')} ${isThere ? 'ready' : 'not ready'}`, 300, async () => {
    const nodes = (await list<Node>(['nodes'])).filter(({ metadata }) => names.includes(metadata.name));
    const others = nodes.filter((node) => isReady(node) !== isThere);
    return nodes.length === names.length && others.length === 0
      ? { done: undefined }
      : {
          state: `${others.map(({ metadata }) => metadata.name).join(', ')} ${isThere ? 'not yet' : 'still'}`,
        };
  });
}

/** Nodes without which no name in the cluster can be looked up: losing one of them is another incident. */
export async function nodesOfNames(): Promise<string[]> {
  const pods = (await podsOf('kube-system', 'k8s-app=kube-dns')).filter(isReady);
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))];
  return nodes.length === 1 ? nodes : [];
}
