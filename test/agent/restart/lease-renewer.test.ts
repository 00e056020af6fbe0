import { ConflictError } from '../../../agent/kubernetes/client';
import { log } from '../../../agent/runtime/log';
import { LeaseSnapshot } from '../../../agent/restart/stop-lease';
import { LeaseRecord } from '../../../agent/restart/lease-state';
import { LeaseRenewer } from '../../../agent/restart/lease-renewer';

const ME = { name: 'events-streams-1003', uid: 'new' };
const PREDECESSOR = { ...ME, uid: 'old' };
const OTHER = { name: 'events-streams-1002', uid: 'x' };

let record: LeaseRecord;
let unchangedMs: number;
let readOrCreate: jest.Mock<Promise<LeaseSnapshot>, []>;
let setWaiting: jest.Mock<Promise<void>, [typeof ME, boolean]>;
let renew: jest.Mock<Promise<void>, []>;
let release: jest.Mock<Promise<void>, []>;
let now: number;
let renewer: LeaseRenewer;

beforeEach(() => {
  record = {};
  unchangedMs = 0;
  now = 1_000_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  (['info', 'warn'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  readOrCreate = jest.fn(async () => snapshot());
  setWaiting = jest.fn(async (_pod: typeof ME, _isWaiting: boolean) => undefined);
  renew = jest.fn(async () => undefined);
  release = jest.fn(async () => undefined);
  renewer = new LeaseRenewer({ readOrCreate, renew, release, setWaiting }, ME);
});
afterEach(() => jest.restoreAllMocks());

const held = (holder: LeaseRecord['holder'], ageMs = 0): LeaseRecord => {
  unchangedMs = ageMs;
  return { holder, renewTime: 'x', leaseDurationSeconds: 900 };
};
const snapshot = (): LeaseSnapshot => ({
  record,
  unchangedMs,
  waiting: [],
  outdated: [],
  object: { metadata: { name: 'l', resourceVersion: '1' } },
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function reconcile(ready: boolean): Promise<void> {
  renewer.reconcile(ready);
  await settled();
}

test('renews the Lease of the previous pod while the server is not ready, and releases it once it is in sync', async () => {
  record = held(PREDECESSOR, 60_000);
  await reconcile(false);
  expect([renew, release].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  await reconcile(true);
  expect(release).toHaveBeenCalledTimes(1);
});

test('removes the request of the previous pod, and no request of its own', async () => {
  record = { waiting: new Map([[ME.name, '']]) };
  await reconcile(true);
  renewer.expectStop();
  await reconcile(true);
  expect(setWaiting.mock.calls).toEqual([[ME, false]]);
});

test('does not read the Lease again after its release', async () => {
  record = held(PREDECESSOR);
  await reconcile(true);
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(1);
});

test('does not change the Lease of another server', async () => {
  record = held(OTHER);
  await reconcile(true);
  await reconcile(true);
  expect([readOrCreate, renew, release].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0]);
});

test('keeps the Lease of a server that may be about to stop until it was down', async () => {
  record = held(ME);
  renewer.expectStop();
  await reconcile(true);
  expect(release).not.toHaveBeenCalled();
  renewer.onServerDown();
  await reconcile(true);
  expect(release).toHaveBeenCalledTimes(1);
});

describe('a stop that does not follow', () => {
  test('has lapsed after a minute, once the Lease is released', async () => {
    // GIVEN a hook that waited while another server held the Lease, and a read that has no response when the stop is allowed
    record = held(OTHER);
    renewer.expectStop();
    await reconcile(true);
    renewer.reconcile(true);
    renewer.onStopAllowed();
    await settled();
    record = held(ME);

    // THEN
    now += 59_000;
    await reconcile(true);
    expect(renewer.hasStopLapsed).toBe(false);
    now += 1_000;
    expect(renewer.hasStopLapsed).toBe(false);
    await reconcile(true);
    expect(release).toHaveBeenCalledTimes(1);
    expect(renewer.hasStopLapsed).toBe(true);
  });

  test('releases the Lease after a minute', async () => {
    record = held(ME);
    renewer.expectStop();
    renewer.onStopAllowed();
    now += 59_000;
    await reconcile(true);
    expect(release).not.toHaveBeenCalled();
    now += 1_000;
    await reconcile(true);
    expect(release).toHaveBeenCalledTimes(1);
  });

  test('is expected as long as the hook delays it', async () => {
    record = held(ME);
    renewer.expectStop();
    now += 1_000_000;
    await reconcile(true);
    expect(release).not.toHaveBeenCalled();
  });

  test('is expected for a minute by a new agent', async () => {
    record = held(ME);
    await reconcile(true);
    expect(release).not.toHaveBeenCalled();
    now += 60_000;
    await reconcile(true);
    expect(release).toHaveBeenCalledTimes(1);
  });
});

test('reads the Lease again after a stop', async () => {
  await reconcile(true);
  renewer.expectStop();
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(2);
});

test('reads the Lease every 15 s while the server is not ready, and once it is', async () => {
  record = held(ME);
  await reconcile(false);
  now += 14_999;
  await reconcile(false);
  expect(readOrCreate).toHaveBeenCalledTimes(1);
  now += 1;
  await reconcile(false);
  expect(readOrCreate).toHaveBeenCalledTimes(2);
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(3);
});

test('an API server that does not answer delays no round, and receives one request', async () => {
  readOrCreate.mockReturnValue(new Promise(() => undefined));
  await reconcile(true);
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(1);
});

test('retries after a conflict', async () => {
  record = held(PREDECESSOR);
  release.mockRejectedValueOnce(new ConflictError('changed'));
  await reconcile(true);
  expect(release).toHaveBeenCalledTimes(2);
});

test('makes ten attempts in case of conflicts, without a warning', async () => {
  record = held(PREDECESSOR);
  release.mockRejectedValue(new ConflictError('changed'));
  await reconcile(true);
  expect(release).toHaveBeenCalledTimes(10);
  expect(log.warn).not.toHaveBeenCalled();
});

test('logs a failure once', async () => {
  readOrCreate.mockRejectedValue(new Error('the API server does not answer'));
  await reconcile(true);
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(2);
  expect(log.warn).toHaveBeenCalledTimes(1);
});

test.each([
  ['renews its own Lease', ME, 1],
  ['does not change the Lease of another pod of its name', PREDECESSOR, 0],
  ['does not change the Lease of another server', OTHER, 0],
])('during the termination of the pod, %s', async (_, holder, renewed) => {
  record = held(holder, 60_000);
  await renewer.renew();
  expect(renew).toHaveBeenCalledTimes(renewed);
});

test('a new agent releases the Lease of the previous pod once the server is ready', async () => {
  record = held(PREDECESSOR, 60_000);
  await reconcile(false);
  renewer = new LeaseRenewer({ readOrCreate, renew, release, setWaiting }, ME);
  await reconcile(true);
  expect(release).toHaveBeenCalledTimes(1);
});

test('a result from before a stop is not valid for the Lease of the stop', async () => {
  // GIVEN a read that has no response yet
  let answer: (read: LeaseSnapshot) => void = () => undefined;
  readOrCreate.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  renewer.reconcile(true);

  // WHEN
  renewer.expectStop();
  record = held(OTHER);
  answer(snapshot());
  await settled();

  // THEN
  await reconcile(true);
  expect(readOrCreate).toHaveBeenCalledTimes(2);
});

test('releases the Lease of a server that is not replaced, in spite of conflicts', async () => {
  record = held(ME);
  release.mockRejectedValueOnce(new ConflictError('changed'));
  await renewer.release();
  expect(release).toHaveBeenCalledTimes(2);
});

test.each([
  ['another server', OTHER],
  ['the previous pod', PREDECESSOR],
])('does not release the Lease of %s for a server that is not replaced', async (_, holder) => {
  record = held(holder);
  await renewer.release();
  expect(release).not.toHaveBeenCalled();
});

test('a release without an API server does not throw', async () => {
  readOrCreate.mockRejectedValueOnce(new Error('no answer'));
  await expect(renewer.release()).resolves.toBeUndefined();
});
