import { Right } from '../../kafka/acls';

/** Changes of the rights of the topic synchronization. */
export interface RightsChange {
  readonly grant: readonly Right[];
  readonly revoke: readonly Right[];
}

const NEEDED: readonly Right[] = [
  { resource: 'topics', operation: 'create' },
  { resource: 'topics', operation: 'alter' },
  { resource: 'topics', operation: 'describe' },
  { resource: 'topics', operation: 'alterConfigs' },
  { resource: 'topics', operation: 'describeConfigs' },
  // Sizes of partitions, and cordoned log directories.
  { resource: 'cluster', operation: 'describe' },
  { resource: 'cluster', operation: 'describeConfigs' },
];

const DELETE: Right = { resource: 'topics', operation: 'delete' };

/**
 * Plans the rights of the topic synchronization. Rights that it has in addition stay, except the one to delete topics.
 *
 * @param canDelete true if it deletes topics that are no longer declared
 */
export function planRights(existing: readonly Right[], canDelete: boolean): RightsChange {
  const has = ({ resource, operation }: Right) =>
    existing.some((right) => right.resource === resource && right.operation === operation);
  const needed = canDelete ? [...NEEDED, DELETE] : NEEDED;
  return {
    grant: needed.filter((right) => !has(right)),
    revoke: !canDelete && has(DELETE) ? [DELETE] : [],
  };
}
