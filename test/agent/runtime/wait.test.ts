import { Attempt, waitUntil } from '../../../agent/runtime/wait';

const PAUSE_MS = 1;
const NEVER = new AbortController().signal;

let lines: string[];

beforeEach(() => {
  lines = [];
  // Fake the clock only. The pauses are real and short.
  jest.useFakeTimers({
    now: 1_000_000,
    doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Attempts with the listed results, one after another. */
function outcomes<T>(...list: (Attempt<T> | Error)[]): () => Promise<Attempt<T>> {
  return async () => {
    const next = list.shift();
    if (next === undefined) {
      throw new Error('unexpected attempt');
    }
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
}

const messages = () => lines.map((line) => (JSON.parse(line) as { message: string }).message);

test('returns at once if the first attempt succeeds', async () => {
  await expect(waitUntil(outcomes({ done: 7 }), PAUSE_MS, NEVER)).resolves.toBe(7);
  expect(messages()).toEqual([]);
});

test('repeats until it is done', async () => {
  const attempts = outcomes({ waitingFor: 'a disk' }, { waitingFor: 'a disk' }, { done: 'disk' });
  await expect(waitUntil(attempts, PAUSE_MS, NEVER)).resolves.toBe('disk');
});

test('the value can be undefined', async () => {
  await expect(waitUntil(outcomes<void>({ done: undefined }), PAUSE_MS, NEVER)).resolves.toBeUndefined();
});

test('logs the missing condition only when it changes', async () => {
  const attempts = outcomes(
    { waitingFor: 'a disk' },
    { waitingFor: 'a disk' },
    { waitingFor: 'a zone' },
    { waitingFor: 'a disk' },
    { done: 1 },
  );
  await waitUntil(attempts, PAUSE_MS, NEVER);
  expect(messages()).toEqual(['waiting: a disk', 'waiting: a zone', 'waiting: a disk']);
});

test('logs an unchanged condition again every 30 seconds', async () => {
  let attempt = 0;
  await waitUntil(
    async () => {
      jest.setSystemTime(1_000_000 + attempt * 10_000);
      return attempt++ < 7 ? { waitingFor: 'a disk' } : { done: 1 };
    },
    PAUSE_MS,
    NEVER,
  );
  expect(messages()).toEqual(['waiting: a disk', 'waiting: a disk', 'waiting: a disk']);
});

test('fails when an attempt fails', async () => {
  const attempts = outcomes({ waitingFor: 'a disk' }, new Error('the disk is gone'));
  await expect(waitUntil(attempts, PAUSE_MS, NEVER)).rejects.toThrow('the disk is gone');
});

test('makes no attempt after an abort, and throws its reason', async () => {
  const signal = AbortSignal.abort(new Error('stopped by SIGTERM'));
  await expect(waitUntil(outcomes(), PAUSE_MS, signal)).rejects.toThrow('stopped by SIGTERM');
});

test('ends when it is aborted during a pause, and throws the reason', async () => {
  const stop = new AbortController();
  const hour = 3_600_000;
  const attempts = async () => {
    setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 1);
    return { waitingFor: 'a disk' };
  };
  await expect(waitUntil(attempts, hour, stop.signal)).rejects.toThrow('stopped by SIGTERM');
});
