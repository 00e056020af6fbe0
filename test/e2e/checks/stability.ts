import { Pod, conditionOf, statusesOf } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { World } from '../world';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** No container is restarted for some time after the last pod has become ready. */
export function nothingRestarts(seconds: number): (world: World) => Promise<string> {
  return async ({ expectations }) => {
    const pods = await lastingPods(expectations.namespace);
    const since = Math.max(...pods.map(readySince));
    return eventually<string>(`${seconds} s since the last pod became ready`, seconds + 60, async () => {
      const current = await lastingPods(expectations.namespace);
      assertNone(restarts(current));
      const elapsed = Math.floor((Date.now() - since) / 1000);
      return elapsed >= seconds
        ? { done: `${current.length} pods, ${elapsed} s after the last became ready` }
        : { state: `${elapsed} s` };
    });
  };
}

/** Containers that were restarted. */
export function restarts(pods: readonly Pod[]): string[] {
  return pods.flatMap((pod) =>
    statusesOf(pod)
      .filter(({ restartCount }) => restartCount > 0)
      .map(
        ({ name, restartCount, lastState }) =>
          `container ${name} of ${pod.metadata.name} was restarted ${restartCount} times` +
          (lastState?.terminated
            ? `, last after exit code ${lastState.terminated.exitCode} (${lastState.terminated.reason})`
            : ''),
      ),
  );
}

async function lastingPods(namespace: string): Promise<Pod[]> {
  const pods = await podsOf(namespace);
  return pods.filter(
    ({ metadata }) =>
      metadata.labels?.['job-name'] === undefined && metadata.labels?.[E2E_LABEL] === undefined,
  );
}

function readySince(pod: Pod): number {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True' || ready.lastTransitionTime === undefined) {
    throw new Error(`${pod.metadata.name} is not ready`);
  }
  return Date.parse(ready.lastTransitionTime);
}
