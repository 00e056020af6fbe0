/*
 * Which pods there are and how often their containers were restarted: before something, and after it.
 */
import { Pod, statusesOf } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { Outcome } from '../world';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** How servers stand. */
export type PodStates = ReadonlyMap<string, { readonly uid: string; readonly restarts: string }>;

/** How all servers of a cluster stand. */
export async function podStatesOf({ namespace }: Outcome): Promise<PodStates> {
  const pods = (await podsOf(namespace)).filter(
    ({ metadata }) =>
      metadata.labels?.[E2E_LABEL] === undefined && metadata.labels?.['job-name'] === undefined,
  );
  return new Map(pods.map((pod) => [pod.metadata.name, { uid: pod.metadata.uid ?? '', restarts: of(pod) }]));
}

/** What became other: pods that were replaced, and containers that were restarted. */
export function changesSince(before: PodStates, after: PodStates): string[] {
  return [...before].flatMap(([name, { uid, restarts }]) => {
    const now = after.get(name);
    if (now === undefined) {
      return [`${name} is gone`];
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
