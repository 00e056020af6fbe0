import { ServerStorage } from './server-storage';
import { DiskConfig } from '../seam/agent-config';
import { mebibytesOf, quantity } from '../kubernetes/quantities';

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
  return Array.from({ length: storage._isEphemeral ? 0 : storage.disks }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: claimName(index), labels },
    spec: claimSpec(storage),
  }));
}

/** Volumes of a pod that are deleted with it; empty for other storage. */
export function ephemeralVolumes(storage: ServerStorage, labels: Record<string, string>): object[] {
  return Array.from({ length: storage._isEphemeral ? storage.disks : 0 }, (_, index) => ({
    name: claimName(index),
    ...(storage.storageClassName === undefined
      ? { emptyDir: {} }
      : { ephemeral: { volumeClaimTemplate: { metadata: { labels }, spec: claimSpec(storage) } } }),
  }));
}

/** Size of the volumes that are in the ephemeral storage of the node, in MiB. */
export function ephemeralMebibytes(storage: ServerStorage): number {
  return storage._isEphemeral && storage.storageClassName === undefined
    ? mebibytesOf(storage.size) * storage.disks
    : 0;
}

function claimSpec({ size, storageClassName }: ServerStorage): object {
  return {
    accessModes: ['ReadWriteOnce'],
    volumeMode: 'Filesystem',
    ...(storageClassName === undefined ? {} : { storageClassName }),
    resources: { requests: { storage: quantity(size) } },
  };
}

/** Claims outlive their StatefulSet. Users delete them explicitly. */
export const CLAIM_RETENTION = { whenDeleted: 'Retain', whenScaled: 'Retain' } as const;

/** Name of a claim template. */
export function claimName(index: number): string {
  return `data-${index}`;
}
