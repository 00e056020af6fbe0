/*
 * State and logs of pods.
 */
import { Attempt, eventually } from '../waiting';
import { getIfThere, kubectl, list } from './kubectl';
import { Pod, conditionOf, isReady, statusesOf } from './objects';

/** A pod by name; undefined if it does not exist. */
export async function podOf(namespace: string, name: string): Promise<Pod | undefined> {
  return getIfThere<Pod>(['pod', name, `--namespace=${namespace}`]);
}

/** All pods of a namespace, or those with certain labels. */
export async function podsOf(namespace: string, selector = ''): Promise<Pod[]> {
  return list<Pod>(['pods', `--namespace=${namespace}`, `--selector=${selector}`]);
}

/** Waits until pods of these names are ready. */
export async function untilReady(
  namespace: string,
  names: readonly string[],
  seconds: number,
): Promise<Pod[]> {
  const attempt = async (): Promise<Attempt<Pod[]>> => {
    const pods = new Map((await podsOf(namespace)).map((pod) => [pod.metadata.name, pod]));
    const unready = names.filter((name) => !isReadyPod(pods.get(name)));
    return unready.length === 0
      ? { done: names.map((name) => pods.get(name)!) }
      : { state: `${unready.length} not: ${brief(unready.map((name) => stateOf(name, pods.get(name))))}` };
  };
  // A list of hundreds of pods takes longer than a second.
  return eventually(`${brief(names)} ready`, seconds, attempt, names.length > 50 ? 5 : 1);
}

/** Waits until a pod has ended, and returns it. */
export async function untilEnded(namespace: string, name: string, seconds: number): Promise<Pod> {
  return eventually<Pod>(`the end of pod ${name}`, seconds, async () => {
    const pod = await podOf(namespace, name);
    return pod && ['Succeeded', 'Failed'].includes(pod.status.phase)
      ? { done: pod }
      : { state: stateOf(name, pod) };
  });
}

/** Output of a command in a container. */
export async function execIn(
  {
    namespace,
    pod,
    container,
  }: { readonly namespace: string; readonly pod: string; readonly container: string },
  ...command: readonly string[]
): Promise<string> {
  return kubectl(['exec', pod, `--namespace=${namespace}`, `--container=${container}`, '--', ...command]);
}

/** Log of a container, after the log of its previous run. Empty before its start. */
export async function logsOf(namespace: string, pod: string, container: string): Promise<string> {
  const args = ['logs', pod, `--namespace=${namespace}`, `--container=${container}`];
  const [before, now] = await Promise.all(
    [[...args, '--previous'], args].map((call) => kubectl(call).catch(() => '')),
  );
  return `${before}${now}`;
}

/** A pod in one line, with the reasons why it is not ready. */
export function stateOf(name: string, pod: Pod | undefined): string {
  if (!pod) {
    return `${name} does not exist`;
  }
  const stuck = statusesOf(pod).flatMap(({ name: container, state, ready }) =>
    state.waiting
      ? [`${container} waits: ${state.waiting.reason}`]
      : state.running && !ready
        ? [`${container} is running, not ready`]
        : state.terminated && state.terminated.exitCode !== 0
          ? [`${container} ended with exit code ${state.terminated.exitCode}`]
          : [],
  );
  const unplaced = conditionOf(pod, 'PodScheduled');
  const reason = unplaced?.status === 'False' ? [unplaced.message ?? 'not scheduled'] : stuck;
  const phase = pod.metadata.deletionTimestamp === undefined ? pod.status.phase : 'being deleted';
  return `${name} ${phase}${reason.length > 0 ? ` (${reason.join(', ')})` : ''}`;
}

function isReadyPod(pod: Pod | undefined): boolean {
  return pod !== undefined && isReady(pod);
}

function brief(items: readonly string[]): string {
  return items.length <= 6
    ? items.join(', ')
    : `${items.slice(0, 6).join(', ')} and ${items.length - 6} more`;
}
