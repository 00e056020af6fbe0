import { log } from '../../agent/runtime/log';
import { Reconciler, runReconcileLoop } from '../../agent/runtime/reconcile-loop';

let said: string[];

beforeEach(() => {
  said = [];
  jest
    .spyOn(log, 'error')
    .mockImplementation((message, { reason } = {}) => void said.push(`${message}: ${reason}`));
});
afterEach(() => jest.restoreAllMocks());

/** Lets a keeper look so often, and whoever is with it. */
async function looks(count: number, look: (time: number) => void, ...others: Reconciler[]): Promise<void> {
  const stop = new AbortController();
  let time = 0;
  const keeper: Reconciler = {
    title: 'the first',
    reconcile: async () => {
      if (++time === count) {
        stop.abort();
      }
      look(time);
    },
  };
  await runReconcileLoop([keeper, ...others], stop.signal, 1);
}

test('what keeps one from looking is said once, and again after it was mended', async () => {
  await looks(5, (time) => {
    if (time !== 3) {
      throw new Error('no file');
    }
  });

  expect(said).toEqual([
    'the first could not be looked at: no file',
    'the first could not be looked at: no file',
  ]);
});

test('one that cannot look holds up no other', async () => {
  const look = jest.fn().mockResolvedValue(undefined);
  const fail = () => {
    throw new Error('no file');
  };
  await looks(2, fail, { title: 'the second', reconcile: look });

  expect(look).toHaveBeenCalledTimes(2);
});

test('nobody to look is no work', async () => {
  await expect(runReconcileLoop([], new AbortController().signal)).resolves.toBeUndefined();
});
