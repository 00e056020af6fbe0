/*
 * The kubelet needs one or two minutes to update a mounted Secret. A change of the pod triggers an immediate update, so an
 * annotation makes tests faster.
 */
import { KubectlError, kubectl, list } from '../kubernetes/kubectl';
import { Secret } from '../kubernetes/objects';
import { eventually } from '../waiting';
import { Expectations } from '../world';
import { rememberKeysIn } from './leaks';
import { E2E_LABEL } from '../kubernetes/test-pod';

const ANNOTATION = 'cdk8s-kafka.io/e2e-refresh';

/** Makes the kubelet refresh the Secrets of all servers and clients. */
export async function refreshSecrets({ namespace, clusterName }: Expectations): Promise<void> {
  const within = `--namespace=${namespace}`;
  const value = `${ANNOTATION}=${Date.now()}`;
  // Pods of jobs are short-lived, and read their certificates at their start.
  const selectors = [`cdk8s-kafka.io/cluster=${clusterName},!job-name`, `${E2E_LABEL}=true`];
  await Promise.all(
    selectors.map((selector) =>
      kubectl(['annotate', 'pods', within, `--selector=${selector}`, value, '--overwrite']).catch(unlessGone),
    ),
  );
}

/** A deleted pod needs no refresh. */
function unlessGone(error: unknown): void {
  const isGone = error instanceof KubectlError && error.errors.trim().split('\n').every(isNotFound);
  if (!isGone) {
    throw error;
  }
}

function isNotFound(line: string): boolean {
  return line.includes('(NotFound)');
}

/** Refreshes Secrets after each change while an action runs. */
export async function refreshingSecrets<T>(expectations: Expectations, action: () => Promise<T>): Promise<T> {
  let isOver = false;
  let last = '';
  const watching = eventually('the end of the action', Infinity, async () => {
    // During a disturbance, requests can fail.
    const now = await versions(expectations).catch(() => last);
    if (now !== last) {
      await refreshSecrets(expectations).catch(() => undefined);
      last = now;
    }
    return isOver ? { done: undefined } : { state: 'the action is running' };
  });
  try {
    return await action();
  } finally {
    isOver = true;
    await watching;
  }
}

async function versions({ namespace }: Expectations): Promise<string> {
  const secrets = await list<Secret>(['secrets', `--namespace=${namespace}`]);
  secrets.forEach(rememberKeysIn);
  return secrets.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).join();
}
