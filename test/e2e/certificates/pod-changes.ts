/*
 * Pods and restart counts before and after an action.
 */
import { Pod, statusesOf } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { Expectations } from '../world';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** Pods and restart counts of servers. */
export type PodStates = ReadonlyMap<string, { readonly uid: string; readonly restarts: string }>;

/** Pods and restart counts of all servers of a cluster. */
export async function podStatesOf({ namespace }: Expectations): Promise<PodStates> {
  const pods = (await podsOf(namespace)).filter(
    ({ metadata }) =>
      metadata.labels?.[E2E_LABEL] === undefined && metadata.labels?.['job-name'] === undefined,
  );
  return new Map(pods.map((pod) => [pod.metadata.name, { uid: pod.metadata.uid ?? '', restarts: of(pod) }]));
}

/** Changes: replaced pods and restarted containers. */
export function changesSince(before: PodStates, after: PodStates): string[] {
  return [...before].flatMap(([name, { uid, restarts }]) => {
    const now = after.get(name);
    if (now === undefined) {
      return [`${name} no longer exists`];
    }
    return now.uid !== uid
      ? [`${name} was replaced`]
      : now.restarts !== restarts
        ? [`restarts of ${name} were ${restarts} and are ${now.restarts}`]
        : [];
  });
}

function of(pod: Pod): string {
  return statusesOf(pod)
    .map(({ name, restartCount }) => `${name} ${restartCount}`)
    .join(', ');
}
