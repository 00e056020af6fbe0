import {
  EmptyDiskFacts,
  PeerPartition,
  PeerView,
  mayStartOnEmptyDisk,
} from '../../../agent/identity/empty-disk-broker';

const ID = 1003;
const EMPTY = '/data/0/kafka of broker 1003, which has been in sync before, is empty';

function orders(change: Partial<PeerPartition> = {}): PeerPartition {
  return { name: 'orders-0', leader: 1001, isr: [1001, 1002], electable: [], ...change };
}

function peer(from: string, ...partitions: PeerPartition[]): PeerView {
  return { source: from, isCurrent: true, partitions };
}

function stale(from: string, ...partitions: PeerPartition[]): PeerView {
  return { source: from, isCurrent: false, partitions };
}

/** A broker that has been in sync before and finds its only disk empty. */
function verdict(peers: readonly PeerView[], change: Partial<EmptyDiskFacts> = {}) {
  return mayStartOnEmptyDisk({ id: ID, hasBeenInSync: true, emptyDisks: ['/data/0/kafka'], peers, ...change });
}

test('starts when no disk is empty, whatever others say', () => {
  const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
  expect(verdict([lastCopy], { emptyDisks: [] })).toEqual({
    start: true,
    reason: 'all disks hold this broker’s data',
  });
});

describe('a broker that is not known', () => {
  const UNKNOWN = { isKnown: false };

  test.each([
    ['on the first day, when nobody answers yet', []],
    ['when others have no partition of it', [peer('10.0.0.1')]],
    ['when others can lead what is placed on it', [peer('10.0.0.1', orders())]],
    ['when only brokers answer that may be cut off, and none objects', [stale('10.0.0.1', orders())]],
  ])('starts %s', (_, peers) => {
    expect(verdict(peers, UNKNOWN)).toEqual({
      start: true,
      reason: 'broker 1003 has never been in sync, and no other broker counts on it',
    });
  });

  test.each([
    [
      'may be the last copy of a partition',
      orders({ leader: -1, isr: [ID] }),
      'says that it may be the last copy of orders-0: starting could lose them',
    ],
    [
      'may be elected for a partition without a leader',
      orders({ leader: -1, isr: [], electable: [ID] }),
      'says that it may be the last copy of orders-0: starting could lose them',
    ],
    [
      'leaves a partition of which nobody knows who could lead it',
      orders({ leader: -1, isr: [], electable: [] }),
      'does not know who could lead orders-0',
    ],
    [
      'is still in sync',
      orders({ isr: [1001, ID] }),
      'still counts it as in sync for orders-0: its old session has to end',
    ],
  ])('waits like any other when it %s', (_, partition, objection) => {
    const waits = {
      start: false,
      reason: `/data/0/kafka of broker 1003 is empty, and 10.0.0.1 ${objection}`,
    };
    expect(verdict([peer('10.0.0.1', partition)], UNKNOWN)).toEqual(waits);
    expect(verdict([stale('10.0.0.1', partition)], UNKNOWN)).toEqual(waits);
  });

  test('starts against an objection when the loss is accepted', () => {
    const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
    expect(verdict([lastCopy], { ...UNKNOWN, acceptedLoss: 'jane: so be it' }).mayStart).toBe(true);
  });
});

test('starts when the loss is accepted, and repeats by whom', () => {
  const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
  expect(verdict([lastCopy], { acceptedLoss: 'jane: the data is in the archive' })).toEqual({
    start: true,
    reason: 'the loss of what only /data/0/kafka held is accepted: jane: the data is in the archive',
  });
});

test('starts when others have all that it had', () => {
  expect(verdict([peer('10.0.0.1', orders()), peer('10.0.0.2', orders())])).toEqual({
    start: true,
    reason: 'other brokers have all that broker 1003 had: it refills itself from them',
  });
});

test('starts when it had no partition at all', () => {
  expect(verdict([peer('10.0.0.1')]).mayStart).toBe(true);
});

test('starts when a partition has no leader, but waits for another broker', () => {
  expect(verdict([peer('10.0.0.1', orders({ leader: -1, isr: [1002] }))]).mayStart).toBe(true);
});

test('waits while nobody answers', () => {
  expect(verdict([])).toEqual({
    start: false,
    reason: `${EMPTY}, and no other broker can say whether it was the last copy of anything (none answers)`,
  });
});

test('waits while only brokers answer that may be cut off', () => {
  expect(verdict([stale('10.0.0.1', orders()), stale('10.0.0.2', orders())])).toEqual({
    start: false,
    reason:
      `${EMPTY}, and no other broker can say whether it was the last copy of anything ` +
      '(10.0.0.1, 10.0.0.2 may be out of date)',
  });
});

test.each([
  ['the only member of the ISR, without a leader', orders({ leader: -1, isr: [ID] })],
  ['the only member of the ISR, and its leader', orders({ leader: ID, isr: [ID] })],
  ['one of those that may be elected into an empty ISR', orders({ leader: -1, isr: [], electable: [ID] })],
  ['one of several that may be elected', orders({ leader: -1, isr: [], electable: [1001, ID] })],
])('waits when it was %s', (_, lastCopy) => {
  expect(verdict([peer('10.0.0.1', lastCopy)])).toEqual({
    start: false,
    reason: `${EMPTY}, and 10.0.0.1 says that it may be the last copy of orders-0: starting could lose them`,
  });
});

test('waits when a broker does not know who could lead', () => {
  const unclear = orders({ leader: -1, isr: [], electable: [] });
  expect(verdict([peer('broker 1001', unclear)])).toEqual({
    start: false,
    reason: `${EMPTY}, and broker 1001 does not know who could lead orders-0`,
  });
});

test.each([
  ['is a leader', orders({ leader: 1001, isr: [], electable: [] })],
  ['is another member of the ISR', orders({ leader: -1, isr: [1002], electable: [] })],
  ['are others that may be elected', orders({ leader: -1, isr: [], electable: [1001, 1002] })],
])('starts when there %s', (_, led) => {
  expect(verdict([peer('broker 1001', led)]).mayStart).toBe(true);
});

test('speaks of the loss before what nobody knows, and of that before the old session', () => {
  const lost = orders({ name: 'a-0', isr: [ID] });
  const unclear = orders({ name: 'b-0', leader: -1, isr: [], electable: [] });
  const session = orders({ name: 'c-0', isr: [1001, ID] });
  expect(verdict([peer('broker 1001', session, unclear, lost)]).reason).toContain('the last copy of a-0:');
  expect(verdict([peer('broker 1001', session, unclear)]).reason).toContain(
    'does not know who could lead b-0',
  );
});

test('does not mind that it could be elected while there is a leader', () => {
  expect(verdict([peer('10.0.0.1', orders({ electable: [ID] }))]).mayStart).toBe(true);
});

test('waits while its old session lives', () => {
  expect(verdict([peer('10.0.0.1', orders({ isr: [1001, ID] }))])).toEqual({
    start: false,
    reason: `${EMPTY}, and 10.0.0.1 still counts it as in sync for orders-0: its old session has to end`,
  });
});

test('speaks of the loss first when both is true', () => {
  const both = peer('10.0.0.1', orders({ name: 'a-0', isr: [1001, ID] }), orders({ name: 'b-0', isr: [ID] }));
  expect(verdict([both]).reason).toContain('it may be the last copy of b-0: starting could lose them');
});

test('speaks of an objection before it complains that nobody is up to date', () => {
  expect(verdict([stale('10.0.0.1', orders({ isr: [1001, ID] }))]).reason).toContain(
    'still counts it as in sync for orders-0',
  );
});

test.each([
  ['one that is up to date', peer('10.0.0.2', orders({ leader: -1, isr: [ID] }))],
  ['one that may be cut off', stale('10.0.0.2', orders({ leader: -1, isr: [ID] }))],
])('the objection of a single broker is enough, also of %s', (_, objecting) => {
  expect(verdict([peer('10.0.0.1', orders()), objecting]).reason).toContain('10.0.0.2 says');
});

test('names the empty disks of several', () => {
  expect(verdict([], { emptyDisks: ['/data/0/kafka', '/data/2/kafka'] }).reason).toMatch(
    /^\/data\/0\/kafka, \/data\/2\/kafka of broker 1003/,
  );
});

test('names up to five partitions, sorted', () => {
  const lost = ['e-0', 'c-0', 'a-0', 'd-0', 'b-0'].map((name) => orders({ name, isr: [ID] }));
  expect(verdict([peer('10.0.0.1', ...lost)]).reason).toContain('the last copy of a-0, b-0, c-0, d-0, e-0:');
});

test('counts the partitions beyond five', () => {
  const lost = ['a-0', 'b-0', 'c-0', 'd-0', 'e-0', 'f-0', 'g-0'].map((name) => orders({ name, isr: [ID] }));
  expect(verdict([peer('10.0.0.1', ...lost)]).reason).toContain('a-0, b-0, c-0, d-0, e-0 and 2 more:');
});
