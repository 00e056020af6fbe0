import { LedgerEntry } from '../../../agent/identity/ledger';
import { LedgerWriter } from '../../../agent/identity/ledger-writer';
import { log } from '../../../agent/runtime/log';

const SECOND = 1_000;
const START = Date.parse('2026-03-01T12:00:00.000Z');
const LOCATION = { node: 'node-1', zone: 'a', volumes: ['local-7'], disks: ['a'] };
const timeAt = (seconds: number) => new Date(START + seconds * SECOND).toISOString();
/** Entry that a running server without an entry gets. */
const entryAt = (seconds: number): LedgerEntry => ({
  ...LOCATION,
  firstInSync: timeAt(seconds),
  firstSeen: timeAt(seconds),
  lastSeen: timeAt(seconds),
});
const ENTRY = entryAt(0);

let now: number;
let reads: number;
/** Answer of the API server: an entry, no entry, an error, or no answer. */
let answer: () => Promise<LedgerEntry | undefined>;
let written: [number, LedgerEntry][];
let writer: LedgerWriter;

beforeEach(() => {
  now = 0;
  reads = 0;
  written = [];
  answer = async () => ENTRY;
  (['info', 'error'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  const ledger = {
    read: () => {
      reads++;
      return answer();
    },
    write: async (id: number, entry: LedgerEntry) => void written.push([id, entry]),
  };
  writer = new LedgerWriter(
    ledger,
    { id: 1003, location: LOCATION },
    { now: () => START + now, monotonicMs: () => now },
  );
});
afterEach(() => jest.restoreAllMocks());

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function recordAt(seconds: number): Promise<void> {
  now = seconds * SECOND;
  writer.recordMember();
  await settled();
}

test('records a server without an entry', async () => {
  answer = async () => undefined;
  await recordAt(0);
  expect(written).toEqual([[1003, ENTRY]]);
});

test('records a membership although the location is not known', async () => {
  const ledger = {
    read: async () => undefined,
    write: async (id: number, entry: LedgerEntry) => void written.push([id, entry]),
  };
  new LedgerWriter(ledger, { id: 1 }, { now: () => START, monotonicMs: () => 0 }).recordMember();
  await settled();
  expect(written).toEqual([[1, { firstInSync: timeAt(0) }]]);
});

test('records the kind of the quorum of a controller with its first membership', async () => {
  const ledger = {
    read: async () => undefined,
    write: async (id: number, entry: LedgerEntry) => void written.push([id, entry]),
  };
  const controller = { id: 1, location: LOCATION, quorumKind: 'dynamic' as const };
  new LedgerWriter(ledger, controller, { now: () => START, monotonicMs: () => 0 }).recordMember();
  await settled();
  expect(written).toEqual([[1, { ...ENTRY, quorumKind: 'dynamic' }]]);
});

test('keeps the other fields of an entry', async () => {
  const formerLocations = [{ node: 'node-0', disks: ['b'], until: timeAt(-60) }];
  answer = async () => ({ ...LOCATION, firstSeen: timeAt(-90), lastSeen: timeAt(-30), formerLocations });
  await recordAt(0);
  expect(written).toEqual([[1003, { ...ENTRY, firstSeen: timeAt(-90), formerLocations }]]);
});

test('adds the location to an entry of an earlier version', async () => {
  answer = async () => ({ firstInSync: timeAt(-90), disks: ['a'] });
  await recordAt(0);
  expect(written).toEqual([[1003, { ...ENTRY, firstInSync: timeAt(-90) }]]);
});

test('records once an hour that the server has been seen', async () => {
  answer = async () => written.at(-1)?.[1] ?? ENTRY;
  for (let seconds = 0; seconds <= 7_500; seconds += 300) await recordAt(seconds);
  expect(written).toEqual([
    [1003, { ...ENTRY, lastSeen: timeAt(3_600) }],
    [1003, { ...ENTRY, lastSeen: timeAt(7_200) }],
  ]);
});

describe('an accepted loss of data', () => {
  const acceptedLoss = { until: 'x', by: 'jane', reason: 'the disk failed', pod: 'pod-1', givenUp: 'a-0' };
  const FIRST = { ...ENTRY, firstInSync: '2025-01-01T12:00:00.000Z' };

  test('is closed once the server is a member again', async () => {
    answer = async () => ({ ...FIRST, acceptedLoss });
    await recordAt(0);
    expect(written).toEqual([[1003, { ...FIRST, acceptedLoss: { ...acceptedLoss, isClosed: true } }]]);
  });

  test('stays closed', async () => {
    answer = async () => ({ ...FIRST, acceptedLoss: { ...acceptedLoss, isClosed: true } });
    await recordAt(0);
    expect(written).toEqual([]);
  });
});

test('keeps an existing entry, and checks it again after five minutes', async () => {
  for (const seconds of [0, 4, 299, 300, 304]) await recordAt(seconds);
  expect({ reads, written }).toEqual({ reads: 2, written: [] });
});

test('an API server that does not answer delays no round, and receives one request', async () => {
  answer = () => new Promise(() => undefined);
  for (const seconds of [0, 4, 400]) {
    now = seconds * SECOND;
    expect(writer.recordMember()).toBeUndefined();
  }
  await settled();
  expect(reads).toBe(1);
});

test('retries with increasing pauses after failures, and logs the same reason once', async () => {
  answer = async () => {
    throw new Error('the API server does not answer');
  };
  const at: number[] = [];
  for (let seconds = 0; seconds <= 240; seconds++) {
    const before = reads;
    await recordAt(seconds);
    if (reads > before) at.push(seconds);
  }
  expect(at).toEqual([0, 5, 15, 35, 75, 135, 195]);
  expect(log.error).toHaveBeenCalledTimes(1);
});

test('starts with a short pause again after a success', async () => {
  const fail = async () => {
    throw new Error('the API server does not answer');
  };
  answer = fail;
  for (const seconds of [0, 5]) await recordAt(seconds);
  answer = async () => ENTRY;
  await recordAt(15);
  answer = fail;
  for (const seconds of [315, 320]) await recordAt(seconds);
  expect(reads).toBe(5);
  expect(log.error).toHaveBeenCalledTimes(2);
});
