import { ProgramRightsConfig } from '../../lib/seam/agent-config';
import { Right } from '../kafka/acls';

/** Changes of the rights of a program. */
export interface RightsChange {
  readonly grant: readonly Right[];
  readonly revoke: readonly Right[];
}

const TOPICS: readonly Right[] = [
  { resource: 'topics', operation: 'create' },
  { resource: 'topics', operation: 'alter' },
  { resource: 'topics', operation: 'describe' },
  { resource: 'topics', operation: 'alterConfigs' },
  { resource: 'topics', operation: 'describeConfigs' },
  // Sizes of partitions, and cordoned log directories.
  { resource: 'cluster', operation: 'describe' },
  { resource: 'cluster', operation: 'describeConfigs' },
];

const RECOVERY: readonly Right[] = [
  { resource: 'topics', operation: 'describe' },
  // min.insync.replicas
  { resource: 'topics', operation: 'describeConfigs' },
  // The quorum, log directories and running reassignments.
  { resource: 'cluster', operation: 'describe' },
];

const DELETE: Right = { resource: 'topics', operation: 'delete' };

/** Plans the rights of a program. Rights that it has in addition stay, except the one to delete topics. */
export function planRights(
  existing: readonly Right[],
  { program, canDelete }: Pick<ProgramRightsConfig, 'program' | 'canDelete'>,
): RightsChange {
  const has = ({ resource, operation }: Right) =>
    existing.some((right) => right.resource === resource && right.operation === operation);
  const own = program === 'topics' ? TOPICS : RECOVERY;
  const needed = canDelete ? [...own, DELETE] : own;
  return {
    grant: needed.filter((right) => !has(right)),
    revoke: !canDelete && has(DELETE) ? [DELETE] : [],
  };
}
