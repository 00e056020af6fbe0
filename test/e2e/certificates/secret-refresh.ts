/*
 * The kubelet takes a minute or two to update a mounted Secret. It does so at once when the pod itself changes, so an
 * annotation makes tests short.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KubectlError, kubectl, list } from '../kubernetes/kubectl';
import { Secret } from '../kubernetes/objects';
import { Outcome } from '../world';
import { rememberKeysIn } from './leaks';
import { E2E_LABEL } from '../kubernetes/test-pod';

const ANNOTATION = 'cdk8s-kafka.io/e2e-refresh';

/** Makes the kubelet refresh the Secrets of all servers and clients. */
export async function refreshSecrets({ namespace, clusterName }: Outcome): Promise<void> {
  const within = `--namespace=${namespace}`;
  const value = `${ANNOTATION}=${Date.now()}`;
  // Pods of jobs come and go, and read their certificates when they start.
  const selectors = [`cdk8s-kafka.io/cluster=${clusterName},!job-name`, `${E2E_LABEL}=true`];
  await Promise.all(
    selectors.map((selector) =>
      kubectl(['annotate', 'pods', within, `--selector=${selector}`, value, '--overwrite']).catch(unlessGone),
    ),
  );
}

/** A pod that is replaced at this moment needs no refreshSecrets. */
function unlessGone(error: unknown): void {
  const isGone = error instanceof KubectlError && error.errors.trim().split('\n').every(isNotFound);
  if (!isGone) {
    throw error;
  }
}

function isNotFound(line: string): boolean {
  return line.includes('(NotFound)');
}

/** Refreshes Secrets whenever one changes, while an action runs. */
export async function refreshingSecrets<T>(outcome: Outcome, action: () => Promise<T>): Promise<T> {
  let isOver = false;
  const watch = async () => {
    let last = '';
    while (!isOver) {
      // A cluster that is being disturbed does not always answer.
      const now = await versions(outcome).catch(() => last);
      if (now !== last) {
        await refreshSecrets(outcome).catch(() => undefined);
        last = now;
      }
      // A pause between looks; what ends the loop is the action.
      await sleep(1000);
    }
  };
  const watching = watch();
  try {
    return await action();
  } finally {
    isOver = true;
    await watching;
  }
}

async function versions({ namespace }: Outcome): Promise<string> {
  const secrets = await list<Secret>(['secrets', `--namespace=${namespace}`]);
  secrets.forEach(rememberKeysIn);
  return secrets.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).join();
}
