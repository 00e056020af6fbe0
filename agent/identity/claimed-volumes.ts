import { DiskConfig } from '../../lib/seam/agent-config';
import { getObject } from '../kubernetes/client';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';

interface Claim {
  readonly spec: { readonly volumeName?: string };
}

/**
 * Returns the names of the PersistentVolumes of a pod; undefined if they cannot be read. They are information for operators, so
 * the start does not wait for them.
 */
export async function claimedVolumes(
  namespace: string,
  podName: string,
  disks: readonly DiskConfig[],
): Promise<readonly string[] | undefined> {
  try {
    const names = await Promise.all(
      disks.map(async ({ claim }) => {
        const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}-${podName}`;
        return (await getObject<Claim>(path, `get on persistentvolumeclaims of ${namespace}`))?.spec
          .volumeName;
      }),
    );
    return names.filter((name) => name !== undefined);
  } catch (error) {
    log.info('the names of the volumes are not recorded', { reason: reasonOf(error) });
    return undefined;
  }
}
