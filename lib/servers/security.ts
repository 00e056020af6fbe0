/*
 * What PodSecurity "restricted" asks for, and a read-only root file system on top.
 */

/** Kafka's, ZooKeeper's and Node.js' images all have a user of this number. */
const USER = 1000;

/** Security context of every pod. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  // 'Always' would walk through every file of a broker's disks at every start.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Security context of every container. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
} as const;
