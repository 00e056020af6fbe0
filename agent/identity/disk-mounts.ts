import { ServerPodConfig } from '../../lib/seam/agent-config';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { environment } from '../runtime/config';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { formatBytes } from '../text/bytes';
import { DiskState } from './disk-id';
import { readMount, unmountedReason } from './mounts';
import { INIT_RETRY_MS } from './start-conditions';

/**
 * Waits while a disk without data is not the local volume of its claim. Network volumes are not checked: a node cannot mount anything else in
 * their place, and their size can differ from the configuration while they grow.
 */
export async function waitForMounts(
  config: ServerPodConfig,
  pod: InvolvedObject,
  states: readonly DiskState[],
  signal: AbortSignal,
): Promise<void> {
  const { localVolumeBytes, disks, namespace } = config;
  if (localVolumeBytes === undefined) {
    return;
  }
  const node = environment('NODE_NAME');
  for (const { mountPath, logDir, claim } of disks) {
    const isCurrent = states.some((state) => state.logDir === logDir && state.kind === 'current');
    await waitUntil<void>(
      async () => {
        const reason = unmountedReason(await readMount(mountPath), localVolumeBytes);
        if (reason === undefined) {
          return { done: undefined };
        }
        const message =
          `${mountPath} is not the local volume of claim ${claim}-${pod.name}, which requests ${formatBytes(localVolumeBytes)}: ${reason}. ` +
          `The disk is probably not mounted on node ${node}`;
        if (isCurrent) {
          log.warn(`${message}; the server starts, because its data is there`);
          return { done: undefined };
        }
        // The pod has a bind mount of the folder. A mount on the folder is propagated to it, and the kubelet removes both with the pod.
        const waitingFor =
          `${message}. Run kubectl cordon ${node} and kubectl -n ${namespace} delete pod ${pod.name}, mount the disk, and run ` +
          `kubectl uncordon ${node}: a disk that is mounted while this pod exists is unmounted again with the pod`;
        await recordEvent(namespace, pod, 'Warning', 'DiskNotMounted', waitingFor);
        return { waitingFor };
      },
      INIT_RETRY_MS,
      signal,
    );
  }
}
