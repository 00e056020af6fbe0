import {
  EmptyDiskFacts,
  PeerPartition,
  PeerView,
  mayStartOnEmptyDisk,
} from '../../../agent/identity/empty-disk-broker';

const ID = 1003;
const EMPTY = '/data/0/kafka of broker 1003 is empty, and the broker has been in sync before';

function orders(change: Partial<PeerPartition> = {}): PeerPartition {
  return { name: 'orders-0', leader: 1001, isr: [1001, 1002], electable: [], ...change };
}

function peer(source: string, ...partitions: PeerPartition[]): PeerView {
  return { source, isCurrent: true, partitions };
}

function stale(source: string, ...partitions: PeerPartition[]): PeerView {
  return { source, isCurrent: false, partitions };
}

/** Verdict about a broker that has been in sync before and whose only disk is empty. */
function verdict(peers: readonly PeerView[], change: Partial<EmptyDiskFacts> = {}) {
  return mayStartOnEmptyDisk({
    id: ID,
    hasBeenInSync: true,
    emptyDisks: ['/data/0/kafka'],
    peers,
    ...change,
  });
}

test('starts if no disk is empty, whatever the peers report', () => {
  const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
  expect(verdict([lastCopy], { emptyDisks: [] })).toEqual({
    mayStart: true,
    reason: 'all disks contain data of broker 1003',
  });
});

describe('a broker without a ledger entry', () => {
  const UNKNOWN = { hasBeenInSync: false };

  test.each([
    ['at the first start of the cluster, when no peer answers', []],
    ['if it has no replica', [peer('10.0.0.1')]],
    ['if its partitions have other copies', [peer('10.0.0.1', orders())]],
    ['if no view is current, and none reports a risk', [stale('10.0.0.1', orders())]],
  ])('starts %s', (_, peers) => {
    expect(verdict(peers, UNKNOWN)).toEqual({
      mayStart: true,
      reason: 'broker 1003 has never been in sync, and no ISR contains it',
    });
  });

  test.each([
    [
      'may have the last copy of a partition',
      orders({ leader: -1, isr: [ID] }),
      'according to 10.0.0.1 it may have the last copy of orders-0, so a start could lose data',
    ],
    [
      'may be elected for a partition without a leader',
      orders({ leader: -1, isr: [], electable: [ID] }),
      'according to 10.0.0.1 it may have the last copy of orders-0, so a start could lose data',
    ],
    [
      'has a partition without a known electable replica',
      orders({ leader: -1, isr: [], electable: [] }),
      '10.0.0.1 does not know which replica can become leader of orders-0',
    ],
    [
      'is still listed in an ISR',
      orders({ isr: [1001, ID] }),
      '10.0.0.1 still lists it in the ISR of orders-0: its previous session must end first',
    ],
  ])('waits if it %s', (_, partition, risk) => {
    const waits = {
      mayStart: false,
      ...(risk.includes('previous session') ? {} : { needsAction: true }),
      reason: `/data/0/kafka of broker 1003 is empty; ${risk}`,
    };
    expect(verdict([peer('10.0.0.1', partition)], UNKNOWN)).toEqual(waits);
    expect(verdict([stale('10.0.0.1', partition)], UNKNOWN)).toEqual(waits);
  });

  test('starts in spite of a risk if the loss is accepted', () => {
    const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
    expect(verdict([lastCopy], { ...UNKNOWN, acceptedLoss: 'jane: the disk failed' }).mayStart).toBe(true);
  });
});

test('starts if the loss is accepted, and names what is given up', () => {
  const lastCopy = peer('10.0.0.1', orders({ leader: -1, isr: [ID] }));
  const other = peer('10.0.0.2', orders({ name: 'pay-3', leader: -1, isr: [], electable: [] }));
  const acceptedLoss = 'jane until 2026-03-01T13:00:00.000Z: the data is in the archive';
  expect(verdict([lastCopy, other], { acceptedLoss })).toEqual({
    mayStart: true,
    givenUp: 'orders-0, pay-3',
    reason:
      `the loss of data is accepted by ${acceptedLoss}. Given up: orders-0, pay-3 ` +
      `(${EMPTY}; according to 10.0.0.1 it may have the last copy of orders-0, so a start could lose data)`,
  });
});

test('gives up partitions without names if the loss is accepted and no peer answers', () => {
  expect(verdict([], { acceptedLoss: 'jane', unanswered: 'certificate expired' })).toEqual({
    mayStart: true,
    givenUp: 'partitions whose last copy was on these disks; no other broker can name them',
    reason: expect.stringContaining('(certificate expired)'),
  });
});

test('an accepted loss is not used if nothing is lost', () => {
  expect(verdict([peer('10.0.0.1', orders())], { acceptedLoss: 'jane' })).toEqual({
    mayStart: true,
    reason: 'other brokers have all data of broker 1003: it replicates from them',
  });
});

test('describes an old disk', () => {
  const description = '/data/0/kafka of broker 1003 has old data: the last start was on another disk';
  expect(verdict([], { description }).reason).toMatch(new RegExp(`^${description}, and the broker has been`));
});

test('starts if its partitions have other copies', () => {
  expect(verdict([peer('10.0.0.1', orders()), peer('10.0.0.2', orders())])).toEqual({
    mayStart: true,
    reason: 'other brokers have all data of broker 1003: it replicates from them',
  });
});

test('starts if it had no replica', () => {
  expect(verdict([peer('10.0.0.1')]).mayStart).toBe(true);
});

test('starts if a partition without a leader has another broker in its ISR', () => {
  expect(verdict([peer('10.0.0.1', orders({ leader: -1, isr: [1002] }))]).mayStart).toBe(true);
});

test('waits while no peer answers', () => {
  expect(verdict([])).toEqual({
    mayStart: false,
    reason: `${EMPTY}; no other broker can confirm that its data has other copies (none answers)`,
  });
});

test('waits while no view is current', () => {
  expect(verdict([stale('10.0.0.1', orders()), stale('10.0.0.2', orders())])).toEqual({
    mayStart: false,
    reason:
      `${EMPTY}; no other broker can confirm that its data has other copies ` +
      '(the metadata of 10.0.0.1, 10.0.0.2 may be out of date)',
  });
});

test.each([
  ['the only member of the ISR, without a leader', orders({ leader: -1, isr: [ID] })],
  ['the only member of the ISR, and its leader', orders({ leader: ID, isr: [ID] })],
  ['the only electable replica of an empty ISR', orders({ leader: -1, isr: [], electable: [ID] })],
  ['one of several electable replicas', orders({ leader: -1, isr: [], electable: [1001, ID] })],
])('waits if it was %s', (_, lastCopy) => {
  expect(verdict([peer('10.0.0.1', lastCopy)])).toEqual({
    mayStart: false,
    needsAction: true,
    reason: `${EMPTY}; according to 10.0.0.1 it may have the last copy of orders-0, so a start could lose data`,
  });
});

test('waits if a peer does not know an electable replica', () => {
  const unclear = orders({ leader: -1, isr: [], electable: [] });
  expect(verdict([peer('broker 1001', unclear)])).toEqual({
    mayStart: false,
    needsAction: true,
    reason: `${EMPTY}; broker 1001 does not know which replica can become leader of orders-0`,
  });
});

test.each([
  ['is a leader', orders({ leader: 1001, isr: [], electable: [] })],
  ['is another member of the ISR', orders({ leader: -1, isr: [1002], electable: [] })],
  ['are other electable replicas', orders({ leader: -1, isr: [], electable: [1001, 1002] })],
])('starts if there %s', (_, led) => {
  expect(verdict([peer('broker 1001', led)]).mayStart).toBe(true);
});

test('reports a loss first, then an unknown leader, then the previous session', () => {
  const lost = orders({ name: 'a-0', isr: [ID] });
  const unclear = orders({ name: 'b-0', leader: -1, isr: [], electable: [] });
  const session = orders({ name: 'c-0', isr: [1001, ID] });
  expect(verdict([peer('broker 1001', session, unclear, lost)]).reason).toContain('the last copy of a-0,');
  expect(verdict([peer('broker 1001', session, unclear)]).reason).toContain(
    'does not know which replica can become leader of b-0',
  );
});

test('starts if it is electable, but there is a leader', () => {
  expect(verdict([peer('10.0.0.1', orders({ electable: [ID] }))]).mayStart).toBe(true);
});

test('waits until its previous session has ended', () => {
  expect(verdict([peer('10.0.0.1', orders({ isr: [1001, ID] }))])).toEqual({
    mayStart: false,
    reason: `${EMPTY}; 10.0.0.1 still lists it in the ISR of orders-0: its previous session must end first`,
  });
});

test('reports a loss before the previous session', () => {
  const both = peer('10.0.0.1', orders({ name: 'a-0', isr: [1001, ID] }), orders({ name: 'b-0', isr: [ID] }));
  expect(verdict([both]).reason).toContain('it may have the last copy of b-0, so a start could lose data');
});

test('reports a risk before the absence of a current view', () => {
  expect(verdict([stale('10.0.0.1', orders({ isr: [1001, ID] }))]).reason).toContain(
    'still lists it in the ISR of orders-0',
  );
});

test.each([
  ['a current view', peer('10.0.0.2', orders({ leader: -1, isr: [ID] }))],
  ['a view that is not current', stale('10.0.0.2', orders({ leader: -1, isr: [ID] }))],
])('waits if a single peer reports a risk, in %s', (_, risk) => {
  expect(verdict([peer('10.0.0.1', orders()), risk]).reason).toContain('according to 10.0.0.2');
});

test('lists all empty disks', () => {
  expect(verdict([], { emptyDisks: ['/data/0/kafka', '/data/2/kafka'] }).reason).toMatch(
    /^\/data\/0\/kafka, \/data\/2\/kafka of broker 1003/,
  );
});

test('lists up to ten partitions, sorted, and counts the others', () => {
  const names = ['j', 'c', 'a', 'd', 'b', 'e', 'f', 'g', 'h', 'i', 'l', 'k'].map((topic) => `${topic}-0`);
  const lost = names.map((name) => orders({ name, isr: [ID] }));
  expect(verdict([peer('10.0.0.1', ...lost)]).reason).toContain(
    'the last copy of a-0, b-0, c-0, d-0, e-0, f-0, g-0, h-0, i-0, j-0 and 2 more,',
  );
});

describe('a broker without a ledger entry in a cluster that is not new', () => {
  const UNKNOWN = { hasBeenInSync: false };
  const REGISTERED = { ...UNKNOWN, registered: new Set([1001, ID]) };

  test('waits without answers if the quorum has registered it: the ledger was deleted', () => {
    expect(verdict([], REGISTERED)).toEqual({
      mayStart: false,
      reason:
        '/data/0/kafka of broker 1003 is empty; the quorum knows the broker, so it may have had data; ' +
        'no other broker can confirm that its data has other copies (none answers)',
    });
  });

  test('waits for a current view if the quorum has registered it', () => {
    expect(verdict([stale('10.0.0.1', orders())], REGISTERED).mayStart).toBe(false);
    expect(verdict([peer('10.0.0.1', orders())], REGISTERED).mayStart).toBe(true);
  });

  test.each([
    ['the ledger', { othersInSync: [1002, 1001] }],
    ['the quorum', { registered: new Set([1001, 1002]) }],
    ['both', { othersInSync: [1001], registered: new Set([1002]) }],
  ])('waits for an answer if %s knows other brokers', (_, known) => {
    expect(verdict([], { ...UNKNOWN, ...known })).toEqual({
      mayStart: false,
      reason:
        '/data/0/kafka of broker 1003 is empty; the cluster is not new: it knows broker 1001, 1002, and no other ' +
        'broker can tell whether broker 1003 has had data (none answers)',
    });
    expect(verdict([stale('10.0.0.1', orders())], { ...UNKNOWN, ...known }).mayStart).toBe(true);
  });

  test('starts without answers if neither knows a broker', () => {
    expect(verdict([], { ...UNKNOWN, registered: new Set(), othersInSync: [] }).mayStart).toBe(true);
  });
});

test.each([true, false])('waits if a peer hides topics, also if it has been in sync: %s', (hasBeenInSync) => {
  const hiding = { ...peer('broker 1001', orders()), hidden: 'it denies access to pay' };
  expect(verdict([peer('broker 1002', orders()), hiding], { hasBeenInSync })).toMatchObject({
    mayStart: false,
    needsAction: true,
    reason: expect.stringContaining('; broker 1001 does not show all topics: it denies access to pay'),
  });
});
