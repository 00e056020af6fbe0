import { LedgerEntry } from '../../../agent/identity/ledger';
import { LedgerWriter } from '../../../agent/identity/ledger-writer';
import { log } from '../../../agent/runtime/log';

const ENTRY: LedgerEntry = { firstInSync: '2026-03-01T12:00:00.000Z' };
const SECOND = 1_000;

let now: number;
let asked: number;
/** What the API server answers: an entry, none, a failure, or nothing at all. */
let answer: () => Promise<LedgerEntry | undefined>;
let written: [number, LedgerEntry][];
let memory: LedgerWriter;

beforeEach(() => {
  now = 0;
  asked = 0;
  written = [];
  answer = async () => ENTRY;
  (['info', 'error'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  const ledger = {
    read: () => {
      asked++;
      return answer();
    },
    write: async (id: number, entry: LedgerEntry) => void written.push([id, entry]),
  };
  memory = new LedgerWriter(
    ledger,
    1003,
    () => ENTRY,
    () => now,
  );
});
afterEach(() => jest.restoreAllMocks());

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function keepAt(seconds: number): Promise<void> {
  now = seconds * SECOND;
  memory.recordInSync();
  await settled();
}

test('a server that is not remembered is written down', async () => {
  answer = async () => undefined;
  await keepAt(0);
  expect(written).toEqual([[1003, ENTRY]]);
});

test('one that is remembered is not, and is looked for again after five minutes', async () => {
  for (const seconds of [0, 4, 299, 300, 304]) await keepAt(seconds);
  expect({ asked, written }).toEqual({ asked: 2, written: [] });
});

test('an API server that does not answer holds up no round, and is asked once', async () => {
  answer = () => new Promise(() => undefined);
  for (const seconds of [0, 4, 400]) {
    now = seconds * SECOND;
    expect(memory.recordInSync()).toBeUndefined();
  }
  await settled();
  expect(asked).toBe(1);
});

test('after failures it is asked less and less often, and the same reason is said once', async () => {
  answer = async () => {
    throw new Error('the API server does not answer');
  };
  const at: number[] = [];
  for (let seconds = 0; seconds <= 240; seconds++) {
    const before = asked;
    await keepAt(seconds);
    if (asked > before) at.push(seconds);
  }
  expect(at).toEqual([0, 5, 15, 35, 75, 135, 195]);
  expect(log.error).toHaveBeenCalledTimes(1);
});

test('when it answers again, the pauses are short again after the next failure', async () => {
  const away = async () => {
    throw new Error('away');
  };
  answer = away;
  for (const seconds of [0, 5]) await keepAt(seconds);
  answer = async () => ENTRY;
  await keepAt(15);
  answer = away;
  for (const seconds of [315, 320]) await keepAt(seconds);
  expect(asked).toBe(5);
  expect(log.error).toHaveBeenCalledTimes(2);
});
