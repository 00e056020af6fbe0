/*
 * Nodes of pods, their readiness, and their power.
 */
import { list } from '../kubernetes/kubectl';
import { Node, isReady } from '../kubernetes/objects';
import { podOf, podsOf } from '../kubernetes/pods';
import { OutsideCommand, outside } from '../setup/outside-commands';
import { eventually } from '../waiting';

/** The node of a pod. */
export async function nodeOf(namespace: string, pod: string): Promise<string> {
  const node = (await podOf(namespace, pod))?.spec.nodeName;
  if (node === undefined) {
    throw new Error(`${pod} is not scheduled`);
  }
  return node;
}

/** Commands for the power of nodes. Nodes keep their disks. */
export const POWER: readonly OutsideCommand[] = ['E2E_NODE_OFF', 'E2E_NODE_ON'];

/** Powers a node off. */
export async function powerOff(node: string): Promise<void> {
  await outside('E2E_NODE_OFF', node);
}

/** Powers a node on. */
export async function powerOn(node: string): Promise<void> {
  await outside('E2E_NODE_ON', node);
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
