/*
 * The guard is the only thing between a wiped disk and a lost topic, so its rules are tried on many situations.
 * Few ids, so that ISRs that hold nobody but this broker come up often.
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
  from: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.4'),
  isCurrent: fc.boolean(),
  partitions: fc.array(partition, { maxLength: 4 }),
});

/** A partition that nobody loses when this broker starts empty. */
const harmless: fc.Arbitrary<PeerPartition> = fc.record({
  name: fc.constantFrom('a-0', 'a-1', 'b-0'),
  leader: fc.constantFrom(1, 2),
  isr: fc.subarray([1, 2], { minLength: 1 }),
  electable: fc.constant([]),
});

const contentPeer: fc.Arbitrary<PeerView> = fc.record({
  from: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  isCurrent: fc.boolean(),
  partitions: fc.array(harmless, { maxLength: 4 }),
});

/** A broker with an empty disk and nobody's consent, known or not. */
const blank: fc.Arbitrary<EmptyDiskFacts> = fc.record({
  id: fc.constant(ID),
  isKnown: fc.boolean(),
  emptyDisks: fc.subarray(['/data/0', '/data/1'], { minLength: 1 }),
  peers: fc.array(peerView, { maxLength: 4 }),
});

const lastInIsr: fc.Arbitrary<PeerPartition> = partition.map((one) => ({ ...one, isr: [ID] }));
const lastElectable: fc.Arbitrary<PeerPartition> = fc
  .tuple(partition, fc.subarray([1, 2]))
  .map(([one, others]) => ({ ...one, leader: -1, isr: [], electable: [...others, ID] }));
const unclear: fc.Arbitrary<PeerPartition> = partition.map((one) => ({
  ...one,
  leader: -1,
  isr: [],
  electable: [],
}));
const objection = fc.oneof(lastInIsr, lastElectable, unclear);

/** Puts a value anywhere into a list. */
function inserted<T>(list: readonly T[], at: number, value: T): T[] {
  const position = at % (list.length + 1);
  return [...list.slice(0, position), value, ...list.slice(position)];
}

test('never starts while any broker, cut off or not, says or cannot rule out that this was the last copy', () => {
  fc.assert(
    fc.property(blank, peerView, objection, fc.nat(), (facts, peer, lost, at) => {
      const objecting = { ...peer, partitions: inserted(peer.partitions, at, lost) };
      expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, objecting) }).mayStart).toBe(false);
    }),
    RUNS,
  );
});

test('never starts while any broker counts it as in sync', () => {
  fc.assert(
    fc.property(blank, peerView, partition, fc.nat(), (facts, peer, other, at) => {
      const inSync = { ...other, isr: [...other.isr.filter((id) => id !== ID), ID] };
      const objecting = { ...peer, partitions: inserted(peer.partitions, at, inSync) };
      expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, objecting) }).mayStart).toBe(false);
    }),
    RUNS,
  );
});

test('never starts when it is known and no broker is up to date', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent: false }));
      expect(mayStartOnEmptyDisk({ ...facts, hasBeenInSync: true, peers }).mayStart).toBe(false);
    }),
    RUNS,
  );
});

test('always starts when one broker is up to date and none objects', () => {
  fc.assert(
    fc.property(
      blank,
      fc.array(contentPeer, { maxLength: 4 }),
      contentPeer,
      fc.nat(),
      (facts, peers, one, at) => {
        const witness = { ...one, isCurrent: true };
        expect(mayStartOnEmptyDisk({ ...facts, peers: inserted(peers, at, witness) }).mayStart).toBe(true);
      },
    ),
    RUNS,
  );
});

test('always starts when it is not known and none objects, whether or not anybody answers', () => {
  fc.assert(
    fc.property(blank, fc.array(contentPeer, { maxLength: 4 }), (facts, peers) => {
      expect(mayStartOnEmptyDisk({ ...facts, hasBeenInSync: false, peers }).mayStart).toBe(true);
    }),
    RUNS,
  );
});

test('being known never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const known = mayStartOnEmptyDisk({ ...facts, hasBeenInSync: true }).mayStart;
      const unknown = mayStartOnEmptyDisk({ ...facts, hasBeenInSync: false }).mayStart;
      expect(known && !unknown).toBe(false);
    }),
    RUNS,
  );
});

test('being known makes no difference as soon as one broker is up to date', () => {
  fc.assert(
    fc.property(blank, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: true });
      const known = mayStartOnEmptyDisk({ ...facts, peers, hasBeenInSync: true }).mayStart;
      expect(mayStartOnEmptyDisk({ ...facts, peers, hasBeenInSync: false }).mayStart).toBe(known);
    }),
    RUNS,
  );
});

test('whether brokers are up to date does not matter for one that is not known', () => {
  fc.assert(
    fc.property(blank, fc.boolean(), (facts, isCurrent) => {
      const unknown = { ...facts, isKnown: false };
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent }));
      expect(mayStartOnEmptyDisk({ ...unknown, peers })).toEqual(mayStartOnEmptyDisk(unknown));
    }),
    RUNS,
  );
});

test('always starts when the loss is accepted', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      expect(mayStartOnEmptyDisk({ ...facts, acceptedLoss: 'jane: so be it' }).mayStart).toBe(true);
    }),
    RUNS,
  );
});

test('one more broker that objects never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, peerView, objection, fc.nat(), (facts, peer, lost, at) => {
      const objecting = { ...peer, partitions: inserted(peer.partitions, at, lost) };
      const before = mayStartOnEmptyDisk(facts).mayStart;
      const after = mayStartOnEmptyDisk({ ...facts, peers: inserted(facts.peers, at, objecting) }).mayStart;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('a broker that is cut off never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: false });
      const before = mayStartOnEmptyDisk(facts).mayStart;
      const after = mayStartOnEmptyDisk({ ...facts, peers }).mayStart;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('partitions that others can lead never change the verdict', () => {
  fc.assert(
    fc.property(blank, fc.array(harmless, { maxLength: 5 }), (facts, more) => {
      const peers = facts.peers.map((peer) => ({ ...peer, partitions: [...more, ...peer.partitions] }));
      expect(mayStartOnEmptyDisk({ ...facts, peers })).toEqual(mayStartOnEmptyDisk(facts));
    }),
    RUNS,
  );
});

test('the order in which brokers were asked does not matter for the verdict', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const peers = [...facts.peers].reverse();
      expect(mayStartOnEmptyDisk({ ...facts, peers }).mayStart).toBe(mayStartOnEmptyDisk(facts).mayStart);
    }),
    RUNS,
  );
});

test('a refusal always names the broker and its empty disks', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const { mayStart: start, reason } = mayStartOnEmptyDisk(facts);
      const head = `${facts.emptyDisks.join(', ')} of broker ${ID}`;
      expect(start || reason.startsWith(head)).toBe(true);
    }),
    RUNS,
  );
});
