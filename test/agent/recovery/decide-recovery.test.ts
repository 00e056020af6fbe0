import fc from 'fast-check';
import { RecoveryFacts, decideRecovery } from '../../../agent/recovery/decide-recovery';
import { partition } from '../views';
import { brokersFacts, facts, lostBroker, lostController } from './lost-servers';

const ONE = lostBroker(1001);
const reasonsOf = (change: Partial<RecoveryFacts>) =>
  decideRecovery(facts([ONE], change)).verdicts[0].waitsFor;
const withPartitions = (...partitions: ReturnType<typeof partition>[]) => ({
  brokers: { ...brokersFacts([ONE]), partitions },
});

test('a server is freed if every condition is met', () => {
  expect(decideRecovery(facts([ONE]))).toEqual({
    verdicts: [{ server: ONE, waitsFor: [] }],
    free: ONE,
    needsPerson: [],
  });
});

test.each<[name: string, change: Partial<RecoveryFacts>, reason: string]>([
  [
    'a pause',
    { pause: 'jane: the rack is being moved' },
    'the recovery is paused: jane: the rack is being moved',
  ],
  [
    'a node that has just gone',
    { goneSeconds: new Map([['node-1001', 299]]) },
    'node node-1001 has been gone for less than 5 minutes',
  ],
  [
    'another server that is not ready',
    { notInSync: ['events-streams-1002'] },
    'other servers are not in sync: events-streams-1002',
  ],
  [
    'brokers that do not answer',
    { brokers: { unavailable: 'no response' } },
    'the brokers cannot be asked: no response',
  ],
  [
    'a broker that still has a session',
    { brokers: { ...brokersFacts([ONE]), fencedSeconds: new Map() } },
    'broker 1001 has been fenced for less than 5 minutes',
  ],
  [
    'a partition with too few replicas in sync',
    // Broker 1003 is not in sync because its replica is being added.
    {
      brokers: {
        ...brokersFacts([ONE]),
        partitions: [partition('pay', 0, [1001, 1002, 1003], [1002])],
        adding: new Map([['pay-0', [1003]]]),
      },
    },
    'partitions with fewer replicas in sync than min.insync.replicas: pay-0',
  ],
  [
    'another broker that lags',
    withPartitions(partition('log', 0, [1002, 1003], [1003])),
    'other brokers are not in sync: 1002',
  ],
  [
    'the last copy',
    { answers: new Map([[ONE.pod.name, { mayStart: false, reason: 'it may have the last copy of pay-0' }]]) },
    'it may have the last copy of pay-0',
  ],
  [
    'an answer that is missing',
    { answers: new Map() },
    'nobody has answered whether the server may start on empty disks',
  ],
])('%s holds the recovery', (_, change, reason) => {
  expect(reasonsOf(change)).toEqual([reason]);
  expect(decideRecovery(facts([ONE], change)).free).toBeUndefined();
});

test('of two replicas, one is enough without the lost broker', () => {
  expect(reasonsOf(withPartitions(partition('pay', 0, [1001, 1002], [1002])))).toEqual([]);
});

test('without a known min.insync.replicas, all other replicas must be in sync', () => {
  const adding = new Map([['new-0', [1003]]]);
  const partitions = [partition('new', 0, [1001, 1002, 1003], [1002])];
  expect(reasonsOf({ brokers: { ...brokersFacts([ONE]), partitions, adding } })).toEqual([
    'partitions with fewer replicas in sync than min.insync.replicas: new-0',
  ]);
});

describe('several servers', () => {
  const two = [lostBroker(1004), lostBroker(1001)];

  test('are freed one after another, by id', () => {
    expect(decideRecovery(facts(two)).free).toBe(two[1]);
  });

  test('controllers come first, because brokers need a quorum', () => {
    expect(decideRecovery(facts([...two, lostController(9)])).free?.kind).toBe('controller');
  });

  test('one that waits does not hold the next one', () => {
    const answers = new Map(facts(two).answers).set('events-streams-1001', { mayStart: false, reason: 'x' });
    expect(decideRecovery(facts(two, { answers })).free).toBe(two[0]);
  });

  test('more nodes than the limit need a person', () => {
    const { free, needsPerson } = decideRecovery(facts([1001, 1002, 1003].map((id) => lostBroker(id))));
    expect(free).toBeUndefined();
    expect(needsPerson).toEqual([
      '3 nodes of events-streams are gone at once (node-1001, node-1002, node-1003), and the limit is 2',
    ]);
  });

  test('nodes of two zones need a person', () => {
    const { free, needsPerson } = decideRecovery(facts([lostBroker(1001), lostBroker(1002, { zone: 'b' })]));
    expect(free).toBeUndefined();
    expect(needsPerson).toEqual(['nodes of several zones are gone at once: zone a, zone b']);
  });

  test('a node whose zone is unknown counts as another zone', () => {
    const { needsPerson } = decideRecovery(facts([lostBroker(1001), lostBroker(1002, { zone: undefined })]));
    expect(needsPerson).toEqual(['nodes of several zones are gone at once: the zone of node-1002, zone a']);
  });

  test('two servers of one node are one node', () => {
    const controller = lostController(1, { node: 'node-1001', zone: undefined });
    expect(decideRecovery(facts([lostBroker(1001), controller])).needsPerson).toEqual([]);
  });

  test('are freed although they are many, if a person accepts their loss', () => {
    const lost = [1001, 1002, 1003].map((id) => lostBroker(id, { zone: String(id) }));
    const change = {
      acceptedNodes: new Set(lost.map(({ node }) => node)),
      notInSync: ['events-streams-1009'],
    };
    expect(decideRecovery(facts(lost, change))).toMatchObject({ free: { id: 1001 }, needsPerson: [] });
  });

  test('the acceptance is about its nodes only', () => {
    const lost = [1001, 1002, 1003].map((id) => lostBroker(id, { zone: String(id) }));
    const { verdicts } = decideRecovery(facts(lost, { acceptedNodes: new Set(['node-1002']) }));
    expect(verdicts.map(({ server, waitsFor }) => [server.id, waitsFor])).toEqual([
      [1001, ['nodes of several zones are gone at once: zone 1001, zone 1003']],
      [1002, []],
      [1003, ['nodes of several zones are gone at once: zone 1001, zone 1003']],
    ]);
  });

  test('the acceptance helps partitions that reject writes until a broker is back', () => {
    const partitions = [partition('pay', 0, [1001, 1002, 1003], [1003])];
    expect(reasonsOf({ acceptedNodes: new Set([ONE.node]), ...withPartitions(...partitions) })).toEqual([]);
  });

  test('the acceptance does not permit the loss of the last copy', () => {
    const answers = new Map([[ONE.pod.name, { mayStart: false, reason: 'the last copy' }]]);
    expect(reasonsOf({ acceptedNodes: new Set([ONE.node]), answers })).toEqual(['the last copy']);
  });
});

test('no server is freed while the brokers cannot be asked', () => {
  const brokers = { unavailable: 'no live broker' };
  const { free, verdicts } = decideRecovery(facts([lostController(1)], { brokers }));
  expect(free).toBeUndefined();
  expect(verdicts[0].waitsFor).toEqual(['the brokers cannot be asked: no live broker']);
});

test('nothing is freed while any condition is not met, and at most one server at a time', () => {
  const conditions = fc.record({
    isPaused: fc.boolean(),
    goneSeconds: fc.constantFrom(0, 299, 300),
    fencedSeconds: fc.constantFrom(0, 299, 300),
    isReady: fc.boolean(),
    mayStart: fc.boolean(),
    isAccepted: fc.boolean(),
  });
  const someIds = fc.uniqueArray(fc.integer({ min: 1001, max: 1006 }), { minLength: 1 });
  fc.assert(
    fc.property(someIds, conditions, (ids, found) => {
      const lost = ids.map((id) => lostBroker(id));
      const partitions = [partition('pay', 0, [2001, 2002])];
      const fencedSeconds = new Map(ids.map((id) => [id, found.fencedSeconds]));
      const { free } = decideRecovery(
        facts(lost, {
          ...(found.isPaused ? { pause: 'jane: wait' } : {}),
          acceptedNodes: new Set(found.isAccepted ? lost.map(({ node }) => node) : []),
          goneSeconds: new Map(lost.map(({ node }) => [node, found.goneSeconds])),
          notInSync: found.isReady ? [] : ['x'],
          brokers: { ...brokersFacts(lost), partitions, fencedSeconds },
          answers: new Map(lost.map(({ pod }) => [pod.name, { mayStart: found.mayStart, reason: 'r' }])),
        }),
      );
      const isAllowed =
        !found.isPaused &&
        found.goneSeconds >= 300 &&
        found.fencedSeconds >= 300 &&
        found.mayStart &&
        (found.isAccepted || (found.isReady && ids.length <= 2));
      expect(free?.id).toBe(isAllowed ? Math.min(...ids) : undefined);
    }),
  );
});
