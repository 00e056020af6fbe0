import { ServerStorage } from './server-storage';
import { DiskConfig } from '../seam/agent-config';
import { quantity } from '../kubernetes/quantities';

/** Disks of a pod: claims, mount paths and log directories. */
export function disksOf(storage: ServerStorage): DiskConfig[] {
  return Array.from({ length: storage.disks }, (_, index) => {
    const claim = claimName(index);
    const mountPath = `/var/lib/kafka/${claim}`;
    return { claim, mountPath, logDir: `${mountPath}/kafka-log` };
  });
}

/** Value of the setting `log.dirs`. */
export function logDirsOf(storage: ServerStorage): string {
  return disksOf(storage)
    .map(({ logDir }) => logDir)
    .join(',');
}

/** Mounts of all disks. */
export function diskMounts(disks: readonly DiskConfig[]): { name: string; mountPath: string }[] {
  return disks.map(({ mountPath }, index) => ({ name: claimName(index), mountPath }));
}

/**
 * volumeClaimTemplates of a StatefulSet. They contain the fields that the API server would add, so that a GitOps tool with
 * server-side apply finds no difference.
 */
export function claimTemplates(storage: ServerStorage, labels: Record<string, string>): object[] {
  return Array.from({ length: storage.disks }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: claimName(index), labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      ...(storage.storageClassName === undefined ? {} : { storageClassName: storage.storageClassName }),
      resources: { requests: { storage: quantity(storage.size) } },
    },
  }));
}

/** Claims outlive their StatefulSet. Users delete them explicitly. */
export const CLAIM_RETENTION = { whenDeleted: 'Retain', whenScaled: 'Retain' } as const;

/** Name of a claim template. */
export function claimName(index: number): string {
  return `data-${index}`;
}
