import { NodeIds } from '../kafka/node-ids';
import { disksOf } from '../nodes/disks';
import { ServerStorage } from '../nodes/server-storage';
import { RecoveryGroupConfig } from '../seam/agent-config';

/** Returns the servers of a StatefulSet for the recovery. Without claims, their volumes are not lost with their node. */
export function recoveryGroup(
  group: Omit<RecoveryGroupConfig, 'claims' | 'ids'>,
  { first, last }: Pick<NodeIds, 'first' | 'last'>,
  storage: ServerStorage | undefined,
): RecoveryGroupConfig {
  const claims = storage?._isLocal ? disksOf(storage).map(({ claim }) => claim) : [];
  return { ...group, ids: { first, last }, claims };
}
