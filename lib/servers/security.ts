/**
 * Requests of ephemeral storage: temporary files and container logs. Without them the kubelet evicts servers before other pods when
 * the disk of a node is full. There is no limit, because a limit evicts a pod too.
 */
export const EPHEMERAL_STORAGE = { serverMebibytes: 320, other: '64Mi' } as const;

/** Security context of every container: Pod Security Standard "restricted", and a read-only root file system. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
} as const;
