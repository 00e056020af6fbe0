import { Attempt, waitUntil } from '../../agent/runtime/wait';

const PAUSE_MS = 1;
const NEVER = new AbortController().signal;

let lines: string[];

beforeEach(() => {
  lines = [];
  // Only the clock: the pauses are real, and short.
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

/** Attempts that come out as listed, one after another. */
function outcomes<T>(...list: (Attempt<T> | Error)[]): () => Promise<Attempt<T>> {
  return async () => {
    const next = list.shift();
    if (next === undefined) {
      throw new Error('there was one attempt too many');
    }
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
}

const said = () => lines.map((line) => (JSON.parse(line) as { message: string }).message);

test('is done at once when the first attempt is', async () => {
  await expect(waitUntil(outcomes({ done: 7 }), PAUSE_MS, NEVER)).resolves.toBe(7);
  expect(said()).toEqual([]);
});

test('repeats until it is done', async () => {
  const attempts = outcomes({ waitingFor: 'a disk' }, { waitingFor: 'a disk' }, { done: 'disk' });
  await expect(waitUntil(attempts, PAUSE_MS, NEVER)).resolves.toBe('disk');
});

test('nothing can be what it waited for', async () => {
  await expect(waitUntil(outcomes<void>({ done: undefined }), PAUSE_MS, NEVER)).resolves.toBeUndefined();
});

test('says what it waits for when that changes, and not each time', async () => {
  const attempts = outcomes(
    { waitingFor: 'a disk' },
    { waitingFor: 'a disk' },
    { waitingFor: 'a zone' },
    { waitingFor: 'a disk' },
    { done: 1 },
  );
  await waitUntil(attempts, PAUSE_MS, NEVER);
  expect(said()).toEqual(['waiting: a disk', 'waiting: a zone', 'waiting: a disk']);
});

test('says it again every 30 s', async () => {
  let attempt = 0;
  await waitUntil(
    async () => {
      jest.setSystemTime(1_000_000 + attempt * 10_000);
      return attempt++ < 7 ? { waitingFor: 'a disk' } : { done: 1 };
    },
    PAUSE_MS,
    NEVER,
  );
  expect(said()).toEqual(['waiting: a disk', 'waiting: a disk', 'waiting: a disk']);
});

test('fails when an attempt fails', async () => {
  const attempts = outcomes({ waitingFor: 'a disk' }, new Error('the disk is gone'));
  await expect(waitUntil(attempts, PAUSE_MS, NEVER)).rejects.toThrow('the disk is gone');
});

test('attempts nothing after it was stopped, and says why', async () => {
  const signal = AbortSignal.abort(new Error('stopped by SIGTERM'));
  await expect(waitUntil(outcomes(), PAUSE_MS, signal)).rejects.toThrow('stopped by SIGTERM');
});

test('does not go on when it is stopped during a pause, and says why', async () => {
  const stop = new AbortController();
  const hour = 3_600_000;
  const attempts = async () => {
    setTimeout(() => stop.abort(new Error('stopped by SIGTERM')), 1);
    return { waitingFor: 'a disk' };
  };
  await expect(waitUntil(attempts, hour, stop.signal)).rejects.toThrow('stopped by SIGTERM');
});
