/*
 * This decision alone prevents that a lost disk becomes a lost topic, so its rules are checked in many situations. There
 * are few broker ids, so that an ISR often contains only this broker.
 */
import fc from 'fast-check';
import {
  EmptyDiskFacts,
  PeerPartition,
  PeerView,
  mayStartOnEmptyDisk,
} from '../../../agent/identity/empty-disk-broker';

const ID = 3;
const RUNS = { numRuns: 1000 };

const brokers = fc.subarray([1, 2, ID]);

const partition: fc.Arbitrary<PeerPartition> = fc.record({
  name: fc.constantFrom('a-0', 'a-1', 'b-0', 'c-7'),
  leader: fc.constantFrom(-1, 1, 2, ID),
  isr: brokers,
  electable: brokers,
});

const peerView: fc.Arbitrary<PeerView> = fc.record({
  source: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.4'),
  isCurrent: fc.boolean(),
  partitions: fc.array(partition, { maxLength: 4 }),
});

/** A partition with other copies. */
const replicated: fc.Arbitrary<PeerPartition> = fc.record({
  name: fc.constantFrom('a-0', 'a-1', 'b-0'),
  leader: fc.constantFrom(1, 2),
  isr: fc.subarray([1, 2], { minLength: 1 }),
  electable: fc.constant([]),
});

const peerWithoutRisk: fc.Arbitrary<PeerView> = fc.record({
  source: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  isCurrent: fc.boolean(),
  partitions: fc.array(replicated, { maxLength: 4 }),
});

/** A broker with an empty disk and without accepted loss, with or without a ledger entry. */
const emptyDisk: fc.Arbitrary<EmptyDiskFacts> = fc.record({
  id: fc.constant(ID),
  hasBeenInSync: fc.boolean(),
  emptyDisks: fc.subarray(['/data/0', '/data/1'], { minLength: 1 }),
  peers: fc.array(peerView, { maxLength: 4 }),
});

const lastInIsr: fc.Arbitrary<PeerPartition> = partition.map((any) => ({ ...any, isr: [ID] }));
const lastElectable: fc.Arbitrary<PeerPartition> = fc
  .tuple(partition, fc.subarray([1, 2]))
  .map(([one, others]) => ({ ...one, leader: -1, isr: [], electable: [...others, ID] }));
const unclear: fc.Arbitrary<PeerPartition> = partition.map((one) => ({
  ...one,
  leader: -1,
  isr: [],
  electable: [],
}));
const risk = fc.oneof(lastInIsr, lastElectable, unclear);

/** Inserts a value at any position of a list. */
function inserted<T>(list: readonly T[], at: number, value: T): T[] {
  const position = at % (list.length + 1);
  return [...list.slice(0, position), value, ...list.slice(position)];
}

test('never starts while any peer, current or not, reports or cannot exclude that this broker has the last copy', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, risk, fc.nat(), (facts, peer, lost, at) => {
      const withRisk = { ...peer, partitions: inserted(peer.partitions, at, lost) };
      expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, withRisk) }).mayStart).toBe(
        false,
      );
    }),
    RUNS,
  );
});

test('never starts while any peer lists it in an ISR', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, partition, fc.nat(), (facts, peer, other, at) => {
      const inSync = { ...other, isr: [...other.isr.filter((id) => id !== ID), ID] };
      const withRisk = { ...peer, partitions: inserted(peer.partitions, at, inSync) };
      expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, withRisk) }).mayStart).toBe(
        false,
      );
    }),
    RUNS,
  );
});

test('never starts with a ledger entry and without a current view', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent: false }));
      expect(mayStartOnEmptyDisk({ ...facts, hasBeenInSync: true, peers }).mayStart).toBe(false);
    }),
    RUNS,
  );
});

test('always starts with one current view, if no peer reports a risk', () => {
  fc.assert(
    fc.property(
      emptyDisk,
      fc.array(peerWithoutRisk, { maxLength: 4 }),
      peerWithoutRisk,
      fc.nat(),
      (facts, peers, one, at) => {
        const current = { ...one, isCurrent: true };
        expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(peers, at, current) }).mayStart).toBe(true);
      },
    ),
    RUNS,
  );
});

test('always starts without a ledger entry if no peer reports a risk, with or without answers', () => {
  fc.assert(
    fc.property(emptyDisk, fc.array(peerWithoutRisk, { maxLength: 4 }), (facts, peers) => {
      expect(mayStartOnEmptyDisk({ ...facts, hasBeenInSync: false, peers }).mayStart).toBe(true);
    }),
    RUNS,
  );
});

test('a ledger entry never turns a wait into a start', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const known = mayStartOnEmptyDisk({ ...facts, hasBeenInSync: true }).mayStart;
      const unknown = mayStartOnEmptyDisk({ ...facts, hasBeenInSync: false }).mayStart;
      expect(known && !unknown).toBe(false);
    }),
    RUNS,
  );
});

test('a ledger entry makes no difference with one current view', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: true });
      const known = mayStartOnEmptyDisk({ ...facts, peers, hasBeenInSync: true }).mayStart;
      expect(mayStartOnEmptyDisk({ ...facts, peers, hasBeenInSync: false }).mayStart).toBe(known);
    }),
    RUNS,
  );
});

test('without a ledger entry, it does not matter if views are current', () => {
  fc.assert(
    fc.property(emptyDisk, fc.boolean(), (facts, isCurrent) => {
      const unknown = { ...facts, hasBeenInSync: false };
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent }));
      expect(mayStartOnEmptyDisk({ ...unknown, peers })).toEqual(mayStartOnEmptyDisk(unknown));
    }),
    RUNS,
  );
});

test('always starts if the loss is accepted', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      expect(mayStartOnEmptyDisk({ ...facts, acceptedLoss: 'jane: the disk failed' }).mayStart).toBe(true);
    }),
    RUNS,
  );
});

test('another peer that reports a risk never turns a wait into a start', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, risk, fc.nat(), (facts, peer, lost, at) => {
      const withRisk = { ...peer, partitions: inserted(peer.partitions, at, lost) };
      const before = mayStartOnEmptyDisk(facts).mayStart;
      const after = mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, withRisk) }).mayStart;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('a view that is not current never turns a wait into a start', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: false });
      const before = mayStartOnEmptyDisk(facts).mayStart;
      const after = mayStartOnEmptyDisk({ ...facts, peers }).mayStart;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('partitions with other copies never change the verdict', () => {
  fc.assert(
    fc.property(emptyDisk, fc.array(replicated, { maxLength: 5 }), (facts, more) => {
      const peers = facts.peers.map((peer) => ({ ...peer, partitions: [...more, ...peer.partitions] }));
      expect(mayStartOnEmptyDisk({ ...facts, peers })).toEqual(mayStartOnEmptyDisk(facts));
    }),
    RUNS,
  );
});

test('the order of the views never changes the verdict', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const peers = [...facts.peers].reverse();
      expect(mayStartOnEmptyDisk({ ...facts, peers }).mayStart).toBe(mayStartOnEmptyDisk(facts).mayStart);
    }),
    RUNS,
  );
});

test('the reason to wait always has the empty disks and the broker', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const { mayStart, reason } = mayStartOnEmptyDisk(facts);
      const head = `${facts.emptyDisks.join(', ')} of broker ${ID}`;
      expect(mayStart || reason.startsWith(head)).toBe(true);
    }),
    RUNS,
  );
});

const known = fc.record({
  registered: fc.option(
    fc.subarray([1, 2, ID]).map((ids) => new Set(ids)),
    { nil: undefined },
  ),
  othersInSync: fc.subarray([1, 2]),
});

test('never starts without an answer and without accepted loss if anything knows a broker of the cluster', () => {
  fc.assert(
    fc.property(emptyDisk, known, (facts, { registered, othersInSync }) => {
      const isNew = !facts.hasBeenInSync && othersInSync.length === 0 && !registered?.size;
      const verdict = mayStartOnEmptyDisk({ ...facts, registered, othersInSync, peers: [] });
      expect(verdict.mayStart).toBe(isNew);
    }),
    RUNS,
  );
});

test('a registration counts as much as a ledger entry', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const registered = mayStartOnEmptyDisk({ ...facts, hasBeenInSync: false, registered: new Set([ID]) });
      expect(registered.mayStart).toBe(mayStartOnEmptyDisk({ ...facts, hasBeenInSync: true }).mayStart);
    }),
    RUNS,
  );
});

test('knowledge about brokers never turns a wait into a start', () => {
  fc.assert(
    fc.property(emptyDisk, known, (facts, more) => {
      const before = mayStartOnEmptyDisk(facts).mayStart;
      expect(mayStartOnEmptyDisk({ ...facts, ...more }).mayStart && !before).toBe(false);
    }),
    RUNS,
  );
});

test('never starts while a peer hides topics, unless the loss is accepted', () => {
  fc.assert(
    fc.property(emptyDisk, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, hidden: 'it denies access to pay' });
      expect(mayStartOnEmptyDisk({ ...facts, peers }).mayStart).toBe(false);
    }),
    RUNS,
  );
});

test('an accepted loss is used exactly if the broker would wait', () => {
  fc.assert(
    fc.property(emptyDisk, (facts) => {
      const { givenUp } = mayStartOnEmptyDisk({ ...facts, acceptedLoss: 'jane' });
      expect(givenUp === undefined).toBe(mayStartOnEmptyDisk(facts).mayStart);
    }),
    RUNS,
  );
});
