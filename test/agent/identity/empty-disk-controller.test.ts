import fc from 'fast-check';
import {
  EmptyDiskControllerFacts,
  mayStartControllerOnEmptyDisk,
} from '../../../agent/identity/empty-disk-controller';
import { QuorumView } from '../../../agent/kafka/quorum-view';

const EMPTY = 'the disk of controller 3003 is empty, and it has been in sync before';

/** A quorum whose leader is the first voter. A voter is its id and its lag. */
function quorumOf(...voters: [id: number, lagMs?: number][]): QuorumView {
  return {
    leaderId: voters[0][0],
    voters: voters.map(([id, lagMs]) => ({ id, lagMs, logEndOffset: 100 })),
    observers: [],
  };
}

/** Verdict about controller 3003 of three, with a ledger entry and an empty disk. */
function verdict(quorum?: QuorumView, change: Partial<EmptyDiskControllerFacts> = {}) {
  return mayStartControllerOnEmptyDisk({
    id: 3003,
    hasBeenInSync: true,
    emptyDisks: ['/data/0/kafka'],
    voters: [3001, 3002, 3003],
    quorum,
    ...change,
  });
}

test('starts if its disk has its data', () => {
  expect(verdict(undefined, { emptyDisks: [] })).toEqual({
    mayStart: true,
    reason: 'the disk contains data of controller 3003',
  });
});

test('starts without a ledger entry, before there is a quorum', () => {
  expect(verdict(undefined, { hasBeenInSync: false })).toEqual({
    mayStart: true,
    reason: 'controller 3003 has never been in sync, and there is no quorum yet',
  });
});

test('starts if the loss is accepted, and names what is given up', () => {
  expect(verdict(undefined, { acceptedLoss: 'jane: both others failed' })).toEqual({
    mayStart: true,
    givenUp: 'changes of metadata, and topics with them, that only the lost disks had',
    reason: expect.stringMatching(
      /^the loss of data is accepted by jane: both others failed\. Given up: changes/,
    ),
  });
});

describe('without a ledger entry', () => {
  const UNKNOWN = { hasBeenInSync: false };

  test('waits for a majority of a quorum that has a leader: its entry may be lost', () => {
    expect(verdict(quorumOf([3001, 0], [3002, 9_000], [3003]), UNKNOWN)).toEqual({
      mayStart: false,
      reason:
        'the disk of controller 3003 is empty, and the quorum is not new: it has a leader; ' +
        'only 1 of 3 controllers have all metadata without it, and a majority is 2',
    });
    expect(verdict(quorumOf([3001, 0], [3002, 0], [3003]), UNKNOWN).mayStart).toBe(true);
  });

  test('waits for a leader if the ledger knows other controllers', () => {
    expect(verdict(undefined, { ...UNKNOWN, othersInSync: [3001, 3002] })).toEqual({
      mayStart: false,
      reason:
        'the disk of controller 3003 is empty, and the quorum is not new: controller 3001, 3002 has been in sync; ' +
        'the quorum has no leader among the other controllers',
    });
  });
});

test('starts if a majority has caught up without it', () => {
  expect(verdict(quorumOf([3001, 0], [3002, 300], [3003]))).toEqual({
    mayStart: true,
    reason:
      'the disk of controller 3003 is empty, and it has been in sync before; 2 other controllers have all metadata: ' +
      'it replicates from them',
  });
});

test('waits without a leader', () => {
  expect(verdict(undefined)).toEqual({
    mayStart: false,
    reason: `${EMPTY}; the quorum has no leader among the other controllers`,
  });
});

test.each([
  ['lags', quorumOf([3001, 0], [3002, 5_001], [3003, 0]), 3],
  ['has never caught up', quorumOf([3001, 0], [3002], [3003, 0]), 3],
  ['is not a voter any more', quorumOf([3001, 0], [3003, 0]), 2],
])(
  'waits while the other follower %s, because the majority would include this controller',
  (_, quorum, of) => {
    expect(verdict(quorum)).toEqual({
      mayStart: false,
      reason: `${EMPTY}; only 1 of ${of} controllers have all metadata without it, and a majority is 2`,
    });
  },
);

test('counts a voter with a lag of 5 s', () => {
  expect(verdict(quorumOf([3001, 0], [3002, 5_000], [3003])).mayStart).toBe(true);
});

describe('if the configured voters differ from those of the quorum', () => {
  const GROWN: [number, number?][] = [[3001, 0], [3002, 0], [3003], [3004], [3005]];

  test('waits for a majority of a quorum with more voters', () => {
    expect(verdict(quorumOf(...GROWN))).toEqual({
      mayStart: false,
      reason: `${EMPTY}; only 2 of 5 controllers have all metadata without it, and a majority is 3`,
    });
  });

  test('starts with a majority of a quorum with more voters', () => {
    expect(verdict(quorumOf([3001, 0], [3002, 0], [3003], [3004, 0], [3005])).mayStart).toBe(true);
  });

  test('starts with a majority of the actual voters before all have joined', () => {
    const voters = [3001, 3002, 3003, 3004, 3005];
    expect(verdict(quorumOf([3001, 0], [3002, 0], [3003]), { voters }).mayStart).toBe(true);
  });

  test('starts if it is not a voter: its disk contained no vote', () => {
    expect(verdict(quorumOf([3001, 0], [3002], [3004]))).toEqual({
      mayStart: true,
      reason: 'controller 3003 is not a voter of the quorum, so its disk contained no vote',
    });
  });
});

test('never starts the only controller without accepted loss', () => {
  expect(verdict(quorumOf([3003, 0]), { voters: [3003] })).toEqual({
    mayStart: false,
    reason: `${EMPTY}; only 0 of 1 controllers have all metadata without it, and a majority is 1`,
  });
});

test('observers do not count for the majority', () => {
  const quorum = quorumOf([3001, 0], [3003]);
  const observers = [1001, 1002].map((id) => ({ id, lagMs: 0, logEndOffset: 100 }));
  expect(verdict({ ...quorum, observers }).mayStart).toBe(false);
});

/** Quorums of odd and even size. Controller 1 has the empty disk. */
const quorum = fc
  .array(fc.option(fc.nat(10_000), { nil: undefined }), { minLength: 1, maxLength: 7 })
  .map((lags) => ({
    voters: lags.map((_, index) => index + 1),
    quorum: quorumOf(...lags.map((lagMs, index): [number, number?] => [index + 1, lagMs])),
  }));

test('starts exactly if a majority of all voters has caught up without it', () => {
  fc.assert(
    fc.property(quorum, (facts) => {
      const caughtUp = facts.quorum.voters.filter(
        ({ id, lagMs }) => id !== 1 && (lagMs ?? Infinity) <= 5_000,
      );
      expect(verdict(facts.quorum, { id: 1, voters: facts.voters }).mayStart).toBe(
        caughtUp.length > facts.voters.length / 2,
      );
    }),
  );
});

test('the majority is that of the actual voters, however many are configured', () => {
  fc.assert(
    fc.property(quorum, fc.integer({ min: 1, max: 9 }), (facts, configured) => {
      const voters = Array.from({ length: configured }, (_, index) => index + 1);
      expect(verdict(facts.quorum, { id: 1, voters })).toEqual(verdict(facts.quorum, { id: 1 }));
    }),
  );
});

test('the lag of the controller itself never changes the verdict', () => {
  fc.assert(
    fc.property(quorum, fc.option(fc.nat(10_000), { nil: undefined }), (facts, lagMs) => {
      const altered = facts.quorum.voters.map((voter) => (voter.id === 1 ? { ...voter, lagMs } : voter));
      const change = { id: 1, voters: facts.voters };
      expect(verdict({ ...facts.quorum, voters: altered }, change)).toEqual(verdict(facts.quorum, change));
    }),
  );
});
