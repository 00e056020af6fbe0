import fc from 'fast-check';
import { EmptyDiskControllerFacts, mayStartControllerOnEmptyDisk } from '../../../agent/identity/empty-disk-controller';
import { QuorumView } from '../../../agent/kafka/quorum-view';

const EMPTY = 'the disk of controller 3003, which has been in sync before, is empty';

/** A quorum led by the first voter; a voter is its id and how far it is behind. */
function quorumOf(...voters: [id: number, behindMs?: number][]): QuorumView {
  return {
    leaderId: voters[0][0],
    voters: voters.map(([id, behindMs]) => ({ id, behindMs, logEndOffset: 100 })),
    observers: [],
  };
}

/** Controller 3003 of three, known and with an empty disk. */
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

test('starts when its disk holds its data', () => {
  expect(verdict(undefined, { emptyDisks: [] })).toEqual({
    start: true,
    reason: 'the disk holds this controller’s data',
  });
});

test('starts on the first day, when there is no quorum yet', () => {
  expect(verdict(undefined, { hasBeenInSync: false })).toEqual({
    start: true,
    reason: 'controller 3003 has never been in sync, so nothing can be lost',
  });
});

test('starts when the loss is accepted, and repeats by whom', () => {
  expect(verdict(undefined, { acceptedLoss: 'jane: both others are gone' })).toEqual({
    start: true,
    reason: 'the loss of what only /data/0/kafka held is accepted: jane: both others are gone',
  });
});

test('starts when a majority without it has everything', () => {
  expect(verdict(quorumOf([3001, 0], [3002, 300], [3003]))).toEqual({
    start: true,
    reason: '2 other controllers have all metadata: it refills itself from them',
  });
});

test('waits while no controller leads', () => {
  expect(verdict(undefined)).toEqual({
    start: false,
    reason: `${EMPTY}, and no other controller leads a quorum`,
  });
});

test.each([
  ['is behind', quorumOf([3001, 0], [3002, 5_001], [3003, 0])],
  ['never caught up', quorumOf([3001, 0], [3002], [3003, 0])],
  ['is no voter any more', quorumOf([3001, 0], [3003, 0])],
])('waits while the other follower %s: it would be one of the majority itself', (_, quorum) => {
  expect(verdict(quorum)).toEqual({
    start: false,
    reason: `${EMPTY}, and only 1 of 3 controllers have all metadata without it, 2 are needed`,
  });
});

test('counts a voter that was level with the leader 5 s ago', () => {
  expect(verdict(quorumOf([3001, 0], [3002, 5_000], [3003])).mayStart).toBe(true);
});

describe('configured voters and those of the quorum differ', () => {
  const GROWN: [number, number?][] = [[3001, 0], [3002, 0], [3003], [3004], [3005]];

  test('waits for a majority of a quorum that has grown', () => {
    expect(verdict(quorumOf(...GROWN))).toEqual({
      start: false,
      reason: `${EMPTY}, and only 2 of 5 controllers have all metadata without it, 3 are needed`,
    });
  });

  test('starts with a majority of a quorum that has grown', () => {
    expect(verdict(quorumOf([3001, 0], [3002, 0], [3003], [3004, 0], [3005])).mayStart).toBe(true);
  });

  test('waits for a majority of the configured voters, where not all have joined yet', () => {
    const voters = [3001, 3002, 3003, 3004, 3005];
    expect(verdict(quorumOf([3001, 0], [3002, 0], [3003]), { voters })).toEqual({
      start: false,
      reason: `${EMPTY}, and only 2 of 5 controllers have all metadata without it, 3 are needed`,
    });
  });
});

test('never starts the only controller by itself', () => {
  expect(verdict(quorumOf([3003, 0]), { voters: [3003] })).toEqual({
    start: false,
    reason: `${EMPTY}, and only 0 of 1 controllers have all metadata without it, 1 are needed`,
  });
});

test('observers are no majority', () => {
  const quorum = quorumOf([3001, 0], [3003]);
  const observers = [1001, 1002].map((id) => ({ id, behindMs: 0, logEndOffset: 100 }));
  expect(verdict({ ...quorum, observers }).mayStart).toBe(false);
});

/** Quorums of odd and even size; controller 1 is the one with the empty disk. */
const quorum = fc
  .array(fc.option(fc.nat(10_000), { nil: undefined }), { minLength: 1, maxLength: 7 })
  .map((lags) => ({
    voters: lags.map((_, index) => index + 1),
    quorum: quorumOf(...lags.map((behindMs, index): [number, number?] => [index + 1, behindMs])),
  }));

test('starts exactly when a majority of all voters is level without it', () => {
  fc.assert(
    fc.property(quorum, (facts) => {
      const level = facts.quorum.voters.filter(
        ({ id, lagMs: behindMs }) => id !== 1 && (behindMs ?? Infinity) <= 5_000,
      );
      expect(verdict(facts.quorum, { id: 1, voters: facts.voters }).mayStart).toBe(
        level.length > facts.voters.length / 2,
      );
    }),
  );
});

test('the size that counts is the larger of what is configured and what is', () => {
  fc.assert(
    fc.property(quorum, fc.integer({ min: 1, max: 9 }), (facts, configured) => {
      const voters = Array.from({ length: configured }, (_, index) => index + 1);
      const level = facts.quorum.voters.filter(
        ({ id, lagMs: behindMs }) => id !== 1 && (behindMs ?? Infinity) <= 5_000,
      );
      expect(verdict(facts.quorum, { id: 1, voters }).mayStart).toBe(
        level.length > Math.max(configured, facts.quorum.voters.length) / 2,
      );
    }),
  );
});

test('what the leader says about the controller itself never changes the verdict', () => {
  fc.assert(
    fc.property(quorum, fc.option(fc.nat(10_000), { nil: undefined }), (facts, behindMs) => {
      const altered = facts.quorum.voters.map((voter) => (voter.id === 1 ? { ...voter, lagMs: behindMs } : voter));
      const change = { id: 1, voters: facts.voters };
      expect(verdict({ ...facts.quorum, voters: altered }, change)).toEqual(verdict(facts.quorum, change));
    }),
  );
});
