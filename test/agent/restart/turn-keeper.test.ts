import { ConflictError } from '../../../agent/kubernetes/client';
import { log } from '../../../agent/runtime/log';
import { LeaseSnapshot } from '../../../agent/restart/stop-lease';
import { LeaseRecord } from '../../../agent/restart/lease-state';
import { LeaseRenewer } from '../../../agent/restart/lease-renewer';

const ME = { name: 'events-streams-1003', uid: 'new' };
const BEFORE = { ...ME, uid: 'old' };
const OTHER = { name: 'events-streams-1002', uid: 'x' };
const GRACE_SECONDS = 600;

let record: LeaseRecord;
let read: jest.Mock<Promise<LeaseSnapshot>, []>;
let renew: jest.Mock<Promise<void>, []>;
let release: jest.Mock<Promise<void>, []>;
let now: number;
let keeper: LeaseRenewer;

beforeEach(() => {
  record = {};
  now = 1_000_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  (['info', 'warn'] as const).forEach((level) => jest.spyOn(log, level).mockImplementation(() => undefined));
  read = jest.fn(async () => ({ record, object: { metadata: { name: 'l', resourceVersion: '1' } } }));
  renew = jest.fn(async () => undefined);
  release = jest.fn(async () => undefined);
  keeper = new LeaseRenewer({ read, renew, release }, ME, GRACE_SECONDS);
});
afterEach(() => jest.restoreAllMocks());

const held = (holder: LeaseRecord['holder'], ageMs = 0): LeaseRecord => ({
  holder,
  renewTime: Date.now() - ageMs,
  leaseDurationSeconds: 900,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function look(ready: boolean): Promise<void> {
  keeper.reconcile(ready);
  await settled();
}

test('the turn of the pod before goes on during the way back, and ends once in sync', async () => {
  record = held(BEFORE, 60_000);
  await look(false);
  expect([renew, release].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  await look(true);
  expect(release).toHaveBeenCalledTimes(1);
});

test('once ended, the Lease is not looked at any more', async () => {
  record = held(BEFORE);
  await look(true);
  await look(true);
  expect(read).toHaveBeenCalledTimes(1);
});

test('the turn of another is left alone', async () => {
  record = held(OTHER);
  await look(true);
  await look(true);
  expect([read, renew, release].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0]);
});

test('a server that may be about to stop keeps its turn until it has been down', async () => {
  record = held(ME);
  keeper.expectStop();
  await look(true);
  expect(release).not.toHaveBeenCalled();
  keeper.onServerDown();
  await look(true);
  expect(release).toHaveBeenCalledTimes(1);
});

test('a stop makes it look again', async () => {
  await look(true);
  keeper.expectStop();
  await look(true);
  expect(read).toHaveBeenCalledTimes(2);
});

test('while not ready it looks every 15 s, and as soon as it is ready', async () => {
  record = held(ME);
  await look(false);
  now += 14_999;
  await look(false);
  expect(read).toHaveBeenCalledTimes(1);
  now += 1;
  await look(false);
  expect(read).toHaveBeenCalledTimes(2);
  await look(true);
  expect(read).toHaveBeenCalledTimes(3);
});

test('an API server that does not answer holds up no round, and is asked once', async () => {
  read.mockReturnValue(new Promise(() => undefined));
  await look(true);
  await look(true);
  expect(read).toHaveBeenCalledTimes(1);
});

test('a change that somebody else was faster with is tried again', async () => {
  record = held(BEFORE);
  release.mockRejectedValueOnce(new ConflictError('changed'));
  await look(true);
  expect(release).toHaveBeenCalledTimes(2);
});

test('five times in all, and without a complaint', async () => {
  record = held(BEFORE);
  release.mockRejectedValue(new ConflictError('changed'));
  await look(true);
  expect(release).toHaveBeenCalledTimes(5);
  expect(log.warn).not.toHaveBeenCalled();
});

test('a failure is said once', async () => {
  read.mockRejectedValue(new Error('the API server does not answer'));
  await look(true);
  await look(true);
  expect(read).toHaveBeenCalledTimes(2);
  expect(log.warn).toHaveBeenCalledTimes(1);
});

test.each([
  ['its own turn goes on', ME, 1],
  ['the turn of another pod of its name is left alone', BEFORE, 0],
  ['the turn of another is none of its business', OTHER, 0],
])('as the pod ends, %s', async (_, holder, renewed) => {
  record = held(holder, 60_000);
  await keeper.renew();
  expect(renew).toHaveBeenCalledTimes(renewed);
});

test('an agent that has not seen the server down ends the turn of the pod before all the same', async () => {
  record = held(BEFORE, 60_000);
  await look(false);
  keeper = new LeaseRenewer({ read, renew, release }, ME, GRACE_SECONDS);
  await look(true);
  expect(release).toHaveBeenCalledTimes(1);
});

test('what was found out before a stop does not settle its turn', async () => {
  // GIVEN a look whose answer takes its time
  let answer: (read: LeaseSnapshot) => void = () => undefined;
  read.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  keeper.reconcile(true);

  // WHEN
  keeper.expectStop();
  answer({ record: held(OTHER), object: { metadata: { name: 'l', resourceVersion: '1' } } });
  await settled();

  // THEN
  await look(true);
  expect(read).toHaveBeenCalledTimes(2);
});

test('the turn of a server that is gone for good is ended, in spite of others that write into the Lease', async () => {
  record = held(ME);
  release.mockRejectedValueOnce(new ConflictError('changed'));
  await keeper.release();
  expect(release).toHaveBeenCalledTimes(2);
});

test.each([
  ['another', OTHER],
  ['the pod before', BEFORE],
])('a server that is gone for good leaves the turn of %s alone', async (_, holder) => {
  record = held(holder);
  await keeper.release();
  expect(release).not.toHaveBeenCalled();
});

test('a server that is gone for good does not mind an API server that is away', async () => {
  read.mockRejectedValueOnce(new Error('no answer'));
  await expect(keeper.release()).resolves.toBeUndefined();
});
