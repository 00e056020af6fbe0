import fc from 'fast-check';
import { OperationName, Right } from '../../../agent/kafka/acls';
import { planRights } from '../../../agent/rights/program-rights';

const rights = (...operations: OperationName[]): Right[] =>
  operations.map((operation) => ({ resource: 'topics', operation }));
const CLUSTER: Right[] = [
  { resource: 'cluster', operation: 'describe' },
  { resource: 'cluster', operation: 'describeConfigs' },
];
const ALL = [...rights('create', 'alter', 'describe', 'alterConfigs', 'describeConfigs'), ...CLUSTER];
const DELETE = rights('delete');

test.each([
  ['no rights yet', [], false, { grant: ALL, revoke: [] }],
  ['all rights', ALL, false, { grant: [], revoke: [] }],
  ['one right is missing', ALL.slice(1), false, { grant: ALL.slice(0, 1), revoke: [] }],
  ['topics are deleted', ALL, true, { grant: DELETE, revoke: [] }],
  ['topics are not deleted any more', [...ALL, ...DELETE], false, { grant: [], revoke: DELETE }],
])('%s', (_, existing, canDelete, change) => {
  expect(planRights(existing, { program: 'topics', canDelete })).toEqual(change);
});

test('the recovery reads only', () => {
  expect(planRights([], { program: 'recovery', canDelete: false })).toEqual({
    grant: [...rights('describe', 'describeConfigs'), { resource: 'cluster', operation: 'describe' }],
    revoke: [],
  });
});

test('after a change nothing is to be done, and rights of others stay', () => {
  const right: fc.Arbitrary<Right> = fc.record({
    resource: fc.constantFrom('topics' as const, 'cluster' as const),
    operation: fc.constantFrom(
      'create' as const,
      'delete' as const,
      'alter' as const,
      'describe' as const,
      'describeConfigs' as const,
      'alterConfigs' as const,
    ),
  });
  fc.assert(
    fc.property(fc.array(right), fc.boolean(), (existing, canDelete) => {
      const { grant, revoke } = planRights(existing, { program: 'topics', canDelete });
      const isRevoked = (one: Right) =>
        revoke.some(({ resource, operation }) => resource === one.resource && operation === one.operation);
      const after = [...existing.filter((one) => !isRevoked(one)), ...grant];
      expect(planRights(after, { program: 'topics', canDelete })).toEqual({ grant: [], revoke: [] });
      expect(existing.filter((one) => isRevoked(one) && one.operation !== 'delete')).toEqual([]);
    }),
  );
});
