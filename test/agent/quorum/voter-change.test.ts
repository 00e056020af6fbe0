import fc from 'fast-check';
import { QuorumMember, QuorumView } from '../../../agent/kafka/quorum-view';
import { VoterChange, VoterFacts, nextDeparture, nextVoterChange } from '../../../agent/quorum/voter-change';

const LAG = 60_000;

const member = (id: number, lagMs: number | undefined = 0, directoryId = `dir-${id}`): QuorumMember => ({
  id,
  lagMs,
  directoryId,
  logEndOffset: 100,
});
const quorum = (voters: QuorumMember[], observers: QuorumMember[] = [], leaderId = 1): QuorumView => ({
  leaderId,
  voters,
  observers,
});
const THREE = [member(1), member(2), member(3)];
const FIVE = [...THREE, member(4), member(5)];
const range = (last: number) => ({ first: 1, last });
const next = (facts: Partial<VoterFacts> & Pick<VoterFacts, 'self' | 'quorum'>) =>
  nextVoterChange({ members: range(5), ...facts });

describe('a new controller', () => {
  test('becomes a voter when it and all voters have all metadata', () => {
    expect(next({ self: 4, quorum: quorum(THREE, [member(4)]) })).toEqual({
      do: 'add',
      voter: { id: 4, directoryId: 'dir-4' },
      reason: 'controller 4 has all metadata',
    });
  });

  test.each([
    ['the leader does not know it yet', quorum(THREE), 'controller 4 reads the metadata'],
    ['it lags', quorum(THREE, [member(4, LAG)]), 'controller 4 reads the metadata'],
    [
      'a voter lags',
      quorum([member(1), member(2), member(3, LAG)], [member(4)]),
      'controller 4 becomes a voter when all voters have caught up; lagging: 3',
    ],
  ])('waits while %s', (_, view, reason) => {
    expect(next({ self: 4, quorum: view })).toEqual({
      do: 'wait',
      reason: expect.stringContaining(reason),
    });
  });

  test.each([
    ['the StatefulSet no longer includes it', range(3)],
    ['the StatefulSet is unknown', undefined],
  ])('does not become a voter if %s', (_, members) => {
    expect(next({ self: 4, quorum: quorum(THREE, [member(4)]), members })).toEqual({ do: 'nothing' });
  });
});

test('a voter changes nothing in a healthy quorum', () => {
  expect(next({ self: 1, quorum: quorum(FIVE) })).toEqual({ do: 'nothing' });
});

describe('the leader', () => {
  const stopped = quorum([...THREE, member(4), member(5, LAG)]);

  test('removes a voter that is stopped and no longer part of the StatefulSet', () => {
    expect(next({ self: 1, quorum: stopped, members: range(3) })).toMatchObject({
      do: 'remove',
      voter: { id: 5, directoryId: 'dir-5' },
    });
  });

  test.each([
    ['one that will be back', stopped, range(5)],
    ['one that runs, and leaves by itself', quorum(FIVE), range(3)],
  ])('does not remove %s', (_, view, members) => {
    expect(next({ self: 1, quorum: view, members })).toEqual({ do: 'nothing' });
  });

  test('waits while the others are not a majority', () => {
    const view = quorum([member(1), member(2, LAG), member(3, LAG)]);
    expect(next({ self: 1, quorum: view, members: range(2) })).toEqual({
      do: 'wait',
      reason:
        'controller 3 is stopped, and the StatefulSet no longer includes it, but without it only 1 of 2 voters have ' +
        'caught up with the leader, and a majority is 2',
    });
  });

  test('only the leader removes other voters', () => {
    expect(next({ self: 2, quorum: stopped, members: range(3) })).toEqual({ do: 'nothing' });
  });
});

describe('a controller with a new directory', () => {
  const view = quorum([member(1), member(2), member(3, LAG, 'old')], [member(3, 0, 'new')]);

  test('replaces its previous voter', () => {
    expect(next({ self: 3, quorum: view })).toMatchObject({
      do: 'remove',
      voter: { id: 3, directoryId: 'old' },
    });
  });

  test('keeps a voter that has caught up', () => {
    const both = quorum([member(1), member(2), member(3)], [member(3, LAG, 'old')]);
    expect(next({ self: 3, quorum: both })).toEqual({ do: 'nothing' });
  });
});

describe('a controller that stops', () => {
  const leave = (facts: Partial<VoterFacts>) =>
    nextDeparture({ self: 5, quorum: quorum(FIVE), members: range(3), ...facts });

  test('leaves if the StatefulSet no longer includes it', () => {
    expect(leave({})).toEqual({
      do: 'remove',
      voter: { id: 5, directoryId: 'dir-5' },
      reason: 'the StatefulSet no longer includes controller 5',
    });
  });

  test.each<[string, Partial<VoterFacts>]>([
    ['its pod is replaced', { members: range(5) }],
    ['the StatefulSet is deleted, or scaled to 0', { members: undefined }],
    ['it is not a voter', { quorum: quorum(THREE, [member(5)]) }],
    ['it is the last voter', { quorum: quorum([member(5)]) }],
    [
      'the quorum has no directories, because it is static',
      { quorum: quorum([{ ...member(5), directoryId: undefined }, ...THREE]) },
    ],
  ])('stays a voter if %s', (_, facts) => {
    expect(leave(facts)).toEqual({ do: 'nothing' });
  });

  test('waits for a majority without it', () => {
    const view = quorum([member(1), member(2, LAG), member(3, LAG), member(5)]);
    expect(leave({ quorum: view })).toMatchObject({ do: 'wait' });
  });
});

describe('in any quorum', () => {
  const members = fc.record({ first: fc.constant(1), last: fc.integer({ min: 1, max: 7 }) });
  const lag = fc.constantFrom(0, LAG, undefined);
  const facts: fc.Arbitrary<VoterFacts> = fc
    .record({
      self: fc.integer({ min: 1, max: 7 }),
      voters: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      observers: fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
      lags: fc.array(lag, { minLength: 20, maxLength: 20 }),
      members: fc.option(members, { nil: undefined }),
      leader: fc.nat(6),
    })
    .map(({ self, voters, observers, lags, members: known, leader }) => ({
      self,
      members: known,
      quorum: quorum(
        voters.map((id, index) => member(id, lags[index])),
        observers.map((id, index) => member(id, lags[10 + index], `observer-${id}`)),
        voters[leader % voters.length],
      ),
    }));
  const after = ({ voters }: QuorumView, change: VoterChange): QuorumMember[] =>
    change.do === 'add'
      ? [...voters, member(change.voter.id)]
      : voters.filter(({ id }) => change.do !== 'remove' || id !== change.voter.id);
  const caughtUp = (voters: readonly QuorumMember[]) =>
    voters.filter(({ lagMs = LAG }) => lagMs < LAG).length;

  test.each([
    ['running', nextVoterChange],
    ['stopping', nextDeparture],
  ])('a majority has all metadata after a change of a %s controller', (_, decide) => {
    fc.assert(
      fc.property(facts, (given) => {
        const change = decide(given);
        fc.pre(change.do === 'add' || change.do === 'remove');
        const voters = after(given.quorum, change);
        expect(caughtUp(voters)).toBeGreaterThan(voters.length / 2);
      }),
    );
  });

  test('no controller of the StatefulSet is removed, except for its new directory', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const removed = [nextVoterChange(given), nextDeparture(given)].flatMap((change) =>
          change.do === 'remove' ? [change.voter.id] : [],
        );
        const isMember = (id: number) => given.members !== undefined && id <= given.members.last;
        expect(removed.filter((id) => isMember(id) && id !== given.self)).toEqual([]);
      }),
    );
  });
});
