/*
 * Evidence of a failure, for later analysis.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectl } from './kubernetes/kubectl';
import { Pod, containersOf, isReady } from './kubernetes/objects';
import { podsOf } from './kubernetes/pods';

/** Maximum number of pods with logs. Logs of hundreds of healthy pods do not help. */
const PODS = 40;

/** Writes the state of a namespace into a folder. */
export async function gather(namespace: string, folder: string, reason: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const within = `--namespace=${namespace}`;
  // Without Secrets, because evidence is shared.
  const all =
    'pods,jobs,cronjobs,deployments,statefulsets,services,endpointslices,configmaps,persistentvolumeclaims';
  await writeFile(join(folder, 'failure.txt'), `${reason}\n`);
  await Promise.all([
    save(folder, 'events.txt', ['get', 'events', within, '--sort-by=.lastTimestamp', '--output=wide']),
    save(folder, 'pods.txt', ['get', 'pods', within, '--output=wide']),
    save(folder, 'nodes.txt', ['get', 'nodes', '--show-labels']),
    save(folder, 'volumes.txt', ['get', 'persistentvolumes', '--output=wide']),
    save(folder, 'descriptions.txt', ['describe', 'pods,statefulsets,jobs,persistentvolumeclaims', within]),
    save(folder, 'objects.yaml', ['get', all, within, '--output=yaml']),
  ]);
  const pods = await podsOf(namespace).catch(() => []);
  const unreadyFirst = [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  for (const pod of unreadyFirst.slice(0, PODS)) {
    await Promise.all(logs(pod).map(([file, args]) => save(folder, file, [...args, within])));
  }
}

function logs(pod: Pod): (readonly [string, string[]])[] {
  const { name } = pod.metadata;
  return containersOf(pod).flatMap((container) => {
    const args = ['logs', name, `--container=${container.name}`];
    return [
      [`${name}.${container.name}.log`, args] as const,
      [`${name}.${container.name}.previous.log`, [...args, '--previous']] as const,
    ];
  });
}

/** A failure for one file must not affect the others. */
async function save(folder: string, file: string, args: readonly string[]): Promise<void> {
  const text = await kubectl(args).catch((error: Error) => (file.endsWith('.log') ? '' : error.message));
  if (text !== '') {
    await writeFile(join(folder, file), text);
  }
}
