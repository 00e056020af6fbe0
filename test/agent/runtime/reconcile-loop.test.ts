import { log } from '../../../agent/runtime/log';
import { Reconciler, runReconcileLoop } from '../../../agent/runtime/reconcile-loop';

let logged: string[];

beforeEach(() => {
  logged = [];
  jest
    .spyOn(log, 'error')
    .mockImplementation((message, { reason } = {}) => void logged.push(`${message}: ${reason}`));
});
afterEach(() => jest.restoreAllMocks());

/** Runs the loop until a reconciler has run `count` times, together with others. */
async function runLoop(
  count: number,
  onReconcile: (time: number) => void,
  ...others: Reconciler[]
): Promise<void> {
  const stop = new AbortController();
  let time = 0;
  const reconciler: Reconciler = {
    title: 'the first',
    reconcile: async () => {
      if (++time === count) {
        stop.abort();
      }
      onReconcile(time);
    },
  };
  await runReconcileLoop([reconciler, ...others], stop.signal, 1);
}

test('logs a failure once, and again after a success', async () => {
  await runLoop(5, (time) => {
    if (time !== 3) {
      throw new Error('no file');
    }
  });

  expect(logged).toEqual(['cannot reconcile the first: no file', 'cannot reconcile the first: no file']);
});

test('a failing reconciler does not block the others', async () => {
  const reconcile = jest.fn().mockResolvedValue(undefined);
  const fail = () => {
    throw new Error('no file');
  };
  await runLoop(2, fail, { title: 'the second', reconcile });

  expect(reconcile).toHaveBeenCalledTimes(2);
});

test('returns at once without reconcilers', async () => {
  await expect(runReconcileLoop([], new AbortController().signal)).resolves.toBeUndefined();
});
