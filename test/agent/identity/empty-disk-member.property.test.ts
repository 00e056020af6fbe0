import fc from 'fast-check';
import { mayStartMemberOnEmptyDisk } from '../../../agent/identity/empty-disk-member';

const emptyDisk = {
  id: 2,
  kind: 'ZooKeeper server',
  hasBeenInSync: true,
  emptyDisks: ['/data'],
  memberCount: 3,
} as const;

test('the reason names the kind of the member', () => {
  expect(mayStartMemberOnEmptyDisk(emptyDisk)).toEqual({
    mayStart: false,
    reason:
      'the disk of ZooKeeper server 2 is empty, and it has been in sync before; ' +
      'the quorum has no leader among the other ZooKeeper servers',
  });
  expect(mayStartMemberOnEmptyDisk({ ...emptyDisk, caughtUpCount: 1 }).reason).toBe(
    'the disk of ZooKeeper server 2 is empty, and it has been in sync before; only 1 of 3 ZooKeeper servers have all ' +
      'metadata without it, and a majority is 2',
  );
});

test('a member with a ledger entry starts on an empty disk exactly if the others are a majority or the loss is accepted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.nat(9), { nil: undefined }),
      fc.option(fc.constant('jane: the disk failed'), { nil: undefined }),
      (memberCount, caughtUpCount, acceptedLoss) => {
        const { mayStart } = mayStartMemberOnEmptyDisk({
          ...emptyDisk,
          memberCount,
          caughtUpCount,
          acceptedLoss,
        });
        expect(mayStart).toBe(
          acceptedLoss !== undefined || (caughtUpCount !== undefined && caughtUpCount > memberCount / 2),
        );
      },
    ),
  );
});
