import fc from 'fast-check';
import { mayStartMemberOnEmptyDisk } from '../../../agent/identity/empty-disk-member';

const blank = { id: 2, kind: 'ZooKeeper server', isKnown: true, emptyDisks: ['/data'], size: 3 } as const;

test('calls a ZooKeeper server what it is', () => {
  expect(mayStartMemberOnEmptyDisk(blank)).toEqual({
    start: false,
    reason:
      'the disk of ZooKeeper server 2, which has been in sync before, is empty, and no other ZooKeeper server leads a quorum',
  });
  expect(mayStartMemberOnEmptyDisk({ ...blank, caughtUpCount: 1 }).reason).toBe(
    'the disk of ZooKeeper server 2, which has been in sync before, is empty, and only 1 of 3 ZooKeeper servers have all ' +
      'metadata without it, 2 are needed',
  );
});

test('a known member starts on an empty disk exactly when the others are a majority, or somebody accepts the loss', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.nat(9), { nil: undefined }),
      fc.option(fc.constant('jane: gone'), { nil: undefined }),
      (size, level, consent) => {
        const { mayStart: start } = mayStartMemberOnEmptyDisk({ ...blank, memberCount: size, caughtUpCount: level, acceptedLoss: consent });
        expect(start).toBe(consent !== undefined || (level !== undefined && level > size / 2));
      },
    ),
  );
});
