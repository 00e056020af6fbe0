import { NodeIds } from '../kafka/node-ids';
import { disksOf } from '../nodes/disks';
import { ServerStorage } from '../nodes/server-storage';
import { RecoveryGroupConfig } from '../seam/agent-config';

/** Returns the servers of a StatefulSet for the recovery; undefined if their volumes are not lost with their node. */
export function recoveryGroup(
  group: Omit<RecoveryGroupConfig, 'claims' | 'ids'>,
  { first, last }: Pick<NodeIds, 'first' | 'last'>,
  storage: ServerStorage,
): RecoveryGroupConfig | undefined {
  return storage._isLocal
    ? { ...group, ids: { first, last }, claims: disksOf(storage).map(({ claim }) => claim) }
    : undefined;
}
