import fc from 'fast-check';
import { QuorumKnowledge, forgottenBy } from '../../../agent/identity/forgetful-quorum';
import { QuorumView } from '../../../agent/kafka/quorum-view';

const ID = 1001;

function quorumAt(logEndOffset: number, leaderEpoch = 7): QuorumView {
  const voters = [3001, 3002, 3003].map((id) => ({ id, lagMs: 0, logEndOffset: logEndOffset - (id - 3001) }));
  return { leaderId: 3001, leaderEpoch, voters, observers: [] };
}

const reason = (change: Partial<QuorumKnowledge> = {}) =>
  forgottenBy({
    id: ID,
    quorum: quorumAt(5_000),
    isRegistered: true,
    own: { offset: 4_990, epoch: 7 },
    hasPartitions: true,
    ...change,
  });

const FULL =
  ': the quorum lacks metadata that broker 1001 has on its disks, so it may have been formed again without its data. Kafka would ' +
  'rename the logs of all topics that the quorum does not know to -stray. Restore the disks of the controllers, or, if this ' +
  'broker was removed on purpose, wipe its disks';

test.each<[name: string, change: Partial<QuorumKnowledge>]>([
  ['that has gone on', {}],
  ['at the same offset', { own: { offset: 5_000, epoch: 7 } }],
  ['of a later leader', { own: { offset: 4_000, epoch: 3 } }],
])('a quorum %s knows all', (_, change) => {
  expect(reason(change)).toBeUndefined();
});

test.each<[name: string, change: Partial<QuorumKnowledge>, difference: string]>([
  ['that ends before the disk', { quorum: quorumAt(40) }, 'ends at offset 40, and the disk at 4990'],
  ['of an earlier leader', { quorum: quorumAt(9_000, 2) }, 'is at leader epoch 2, and the disk at 7'],
  [
    'that has grown since it was formed again',
    { quorum: quorumAt(90_000, 9), isRegistered: false },
    'has no registration of this broker',
  ],
])('a quorum %s knows less', (_, change, difference) => {
  expect(reason(change)).toBe(`the metadata of controller 3001 ${difference}${FULL}`);
});

test.each<[name: string, change: Partial<QuorumKnowledge>]>([
  ['no metadata, as after the loss of its disk or in a new cluster', { own: undefined }],
  ['no partitions, as after a start that was interrupted', { hasPartitions: false }],
])('a broker with %s has nothing to lose', (_, change) => {
  expect(reason({ ...change, isRegistered: false, quorum: quorumAt(1, 1) })).toBeUndefined();
});

test('a broker with partitions never starts with a quorum of less metadata or an earlier leader', () => {
  const end = fc.record({ offset: fc.nat(50), epoch: fc.nat(5) });
  fc.assert(
    fc.property(end, end, fc.boolean(), (own, quorum, isRegistered) => {
      const found = reason({ own, isRegistered, quorum: quorumAt(quorum.offset, quorum.epoch) });
      const knowsAll = isRegistered && quorum.offset >= own.offset && quorum.epoch >= own.epoch;
      expect(found === undefined).toBe(knowsAll);
    }),
  );
});
