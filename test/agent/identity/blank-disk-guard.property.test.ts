/*
 * The guard is the only thing between a wiped disk and a lost topic, so its rules are tried on many situations.
 * Few ids, so that ISRs that hold nobody but this broker come up often.
 */
import fc from 'fast-check';
import {
  BlankStart,
  GuardedPartition,
  PeerView,
  mayStartBlank,
} from '../../../agent/identity/blank-disk-guard';

const ID = 3;
const RUNS = { numRuns: 1000 };

const brokers = fc.subarray([1, 2, ID]);

const partition: fc.Arbitrary<GuardedPartition> = fc.record({
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
const harmless: fc.Arbitrary<GuardedPartition> = fc.record({
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
const blank: fc.Arbitrary<BlankStart> = fc.record({
  id: fc.constant(ID),
  isKnown: fc.boolean(),
  emptyDisks: fc.subarray(['/data/0', '/data/1'], { minLength: 1 }),
  peers: fc.array(peerView, { maxLength: 4 }),
});

const lastInIsr: fc.Arbitrary<GuardedPartition> = partition.map((one) => ({ ...one, isr: [ID] }));
const lastElectable: fc.Arbitrary<GuardedPartition> = fc
  .tuple(partition, fc.subarray([1, 2]))
  .map(([one, others]) => ({ ...one, leader: -1, isr: [], electable: [...others, ID] }));
const unclear: fc.Arbitrary<GuardedPartition> = partition.map((one) => ({
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
      expect(mayStartBlank({ ...facts, peers: inserted(facts.peers, at, objecting) }).start).toBe(false);
    }),
    RUNS,
  );
});

test('never starts while any broker counts it as in sync', () => {
  fc.assert(
    fc.property(blank, peerView, partition, fc.nat(), (facts, peer, other, at) => {
      const inSync = { ...other, isr: [...other.isr.filter((id) => id !== ID), ID] };
      const objecting = { ...peer, partitions: inserted(peer.partitions, at, inSync) };
      expect(mayStartBlank({ ...facts, peers: inserted(facts.peers, at, objecting) }).start).toBe(false);
    }),
    RUNS,
  );
});

test('never starts when it is known and no broker is up to date', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent: false }));
      expect(mayStartBlank({ ...facts, isKnown: true, peers }).start).toBe(false);
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
        expect(mayStartBlank({ ...facts, peers: inserted(peers, at, witness) }).start).toBe(true);
      },
    ),
    RUNS,
  );
});

test('always starts when it is not known and none objects, whether or not anybody answers', () => {
  fc.assert(
    fc.property(blank, fc.array(contentPeer, { maxLength: 4 }), (facts, peers) => {
      expect(mayStartBlank({ ...facts, isKnown: false, peers }).start).toBe(true);
    }),
    RUNS,
  );
});

test('being known never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const known = mayStartBlank({ ...facts, isKnown: true }).start;
      const unknown = mayStartBlank({ ...facts, isKnown: false }).start;
      expect(known && !unknown).toBe(false);
    }),
    RUNS,
  );
});

test('being known makes no difference as soon as one broker is up to date', () => {
  fc.assert(
    fc.property(blank, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: true });
      const known = mayStartBlank({ ...facts, peers, isKnown: true }).start;
      expect(mayStartBlank({ ...facts, peers, isKnown: false }).start).toBe(known);
    }),
    RUNS,
  );
});

test('whether brokers are up to date does not matter for one that is not known', () => {
  fc.assert(
    fc.property(blank, fc.boolean(), (facts, isCurrent) => {
      const unknown = { ...facts, isKnown: false };
      const peers = facts.peers.map((peer) => ({ ...peer, isCurrent }));
      expect(mayStartBlank({ ...unknown, peers })).toEqual(mayStartBlank(unknown));
    }),
    RUNS,
  );
});

test('always starts when the loss is accepted', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      expect(mayStartBlank({ ...facts, consent: 'jane: so be it' }).start).toBe(true);
    }),
    RUNS,
  );
});

test('one more broker that objects never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, peerView, objection, fc.nat(), (facts, peer, lost, at) => {
      const objecting = { ...peer, partitions: inserted(peer.partitions, at, lost) };
      const before = mayStartBlank(facts).start;
      const after = mayStartBlank({ ...facts, peers: inserted(facts.peers, at, objecting) }).start;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('a broker that is cut off never turns a wait into a start', () => {
  fc.assert(
    fc.property(blank, peerView, fc.nat(), (facts, peer, at) => {
      const peers = inserted(facts.peers, at, { ...peer, isCurrent: false });
      const before = mayStartBlank(facts).start;
      const after = mayStartBlank({ ...facts, peers }).start;
      expect(after && !before).toBe(false);
    }),
    RUNS,
  );
});

test('partitions that others can lead never change the verdict', () => {
  fc.assert(
    fc.property(blank, fc.array(harmless, { maxLength: 5 }), (facts, more) => {
      const peers = facts.peers.map((peer) => ({ ...peer, partitions: [...more, ...peer.partitions] }));
      expect(mayStartBlank({ ...facts, peers })).toEqual(mayStartBlank(facts));
    }),
    RUNS,
  );
});

test('the order in which brokers were asked does not matter for the verdict', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const peers = [...facts.peers].reverse();
      expect(mayStartBlank({ ...facts, peers }).start).toBe(mayStartBlank(facts).start);
    }),
    RUNS,
  );
});

test('a refusal always names the broker and its empty disks', () => {
  fc.assert(
    fc.property(blank, (facts) => {
      const { start, reason } = mayStartBlank(facts);
      const head = `${facts.emptyDisks.join(', ')} of broker ${ID}`;
      expect(start || reason.startsWith(head)).toBe(true);
    }),
    RUNS,
  );
});
