import { FORCE_READY_ANNOTATION } from '../../../lib/seam/agent-config';
import { podAnnotations } from '../../../agent/annotations/pod-annotations';
import { recordEvent } from '../../../agent/kubernetes/events';
import { log } from '../../../agent/runtime/log';
import { ForceReadyOverride } from '../../../agent/readiness/force-ready-override';
import { Verdict } from '../../../agent/readiness/verdict';

jest.mock('../../../agent/annotations/pod-annotations', () => ({
  ...jest.requireActual<object>('../../../agent/annotations/pod-annotations'),
  podAnnotations: jest.fn(),
}));
jest.mock('../../../agent/kubernetes/events', () => ({ recordEvent: jest.fn() }));

const POD = { kind: 'Pod', name: 'events-streams-1003', uid: '7d1c' };
const OUT_OF_SYNC: Verdict = { ready: false, reason: 'not in the ISR of a-0', outOfSync: ['a-0'] };
const NOON = Date.parse('2026-03-01T12:00:00Z');
const REQUEST = 'until=2026-03-01T13:00:00Z; by=jane; reason=the disk of 1003 failed';
const TEXT = 'forced by jane until 2026-03-01T13:00:00.000Z: the disk of 1003 failed';

let now: number;
let override: ForceReadyOverride;

beforeEach(() => {
  now = NOON;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(performance, 'now').mockImplementation(() => now - NOON);
  jest.spyOn(log, 'warn').mockImplementation(() => undefined);
  jest.mocked(recordEvent).mockReset();
  override = new ForceReadyOverride('prod', POD, 4 * 3600);
  annotate(undefined);
});
afterEach(() => jest.restoreAllMocks());

function annotate(value: string | undefined): void {
  jest
    .mocked(podAnnotations)
    .mockResolvedValue(value === undefined ? '' : `${FORCE_READY_ANNOTATION}=${JSON.stringify(value)}\n`);
}

const events = () => jest.mocked(recordEvent).mock.calls.map(([, , , reason, message]) => [reason, message]);
const warnings = () => jest.mocked(log.warn).mock.calls.map(([message]) => message);

test('without a request the verdict is unchanged', async () => {
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  expect([override.isForced, events(), warnings()]).toEqual([false, [], []]);
});

test('a request makes the server ready, and the reason has the request and the verdict', async () => {
  annotate(REQUEST);
  expect(await override.apply(OUT_OF_SYNC)).toEqual({
    ready: true,
    reason: `${TEXT} (verdict: not in the ISR of a-0)`,
    outOfSync: ['a-0'],
    isForced: true,
  });
  expect(override.isForced).toBe(true);
});

test('a request that was too long stays rejected if the annotations are temporarily unreadable', async () => {
  annotate('until=2026-03-01T18:00:00Z; by=jane; reason=x');
  await override.apply(OUT_OF_SYNC);
  jest.mocked(podAnnotations).mockRejectedValueOnce(new Error('EIO'));
  await override.apply(OUT_OF_SYNC);
  now = Date.parse('2026-03-01T17:00:00Z');
  annotate('until=2026-03-01T18:00:00Z; by=jane; reason=x');
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
});

test('a server that is ready without the request is not marked as forced', async () => {
  annotate(REQUEST);
  expect(await override.apply({ ready: true, reason: 'in sync', outOfSync: [] })).toEqual({
    ready: true,
    reason: `${TEXT} (verdict: in sync)`,
    outOfSync: [],
  });
});

test('an Event is repeated before Kubernetes deletes the last one', async () => {
  annotate('until=2026-03-01T15:30:00Z; by=jane; reason=x');
  for (const minutes of [0, 29, 30, 59, 61]) {
    now = NOON + minutes * 60_000;
    await override.apply(OUT_OF_SYNC);
  }
  expect(events().map(([reason]) => reason)).toEqual(['ForceReady', 'ForceReady', 'ForceReady']);
});

test('there is one Event, and a log line each minute', async () => {
  annotate(REQUEST);
  for (const seconds of [0, 1, 59, 60, 61, 120]) {
    now = NOON + seconds * 1_000;
    await override.apply(OUT_OF_SYNC);
  }
  expect(events()).toEqual([['ForceReady', TEXT]]);
  expect(warnings()).toEqual(Array(3).fill('force-ready override is active: readiness is forced'));
});

test('it ends by itself, also between two rounds, with one Event', async () => {
  annotate(REQUEST);
  await override.apply(OUT_OF_SYNC);
  now = Date.parse('2026-03-01T13:00:00Z');
  expect(override.isForced).toBe(false);
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  expect(events()).toEqual([
    ['ForceReady', TEXT],
    ['ForceReadyEnded', TEXT],
  ]);
});

test('it ends when the annotation is removed', async () => {
  annotate(REQUEST);
  await override.apply(OUT_OF_SYNC);
  annotate(undefined);
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  expect(events().map(([reason]) => reason)).toEqual(['ForceReady', 'ForceReadyEnded']);
});

test('an invalid request is ignored, with one Event and one log line', async () => {
  annotate('true');
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  await override.apply(OUT_OF_SYNC);
  expect(events()).toEqual([
    ['ForceReadyIgnored', expect.stringContaining('is ignored: the value is not valid; write until=')],
  ]);
  expect(warnings()).toHaveLength(1);
});

test('an active request that is replaced by an invalid one ends, and both are reported', async () => {
  annotate(REQUEST);
  await override.apply(OUT_OF_SYNC);
  annotate('true');
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  expect(events()).toEqual([
    ['ForceReady', TEXT],
    ['ForceReadyEnded', TEXT],
    ['ForceReadyIgnored', expect.stringContaining('is ignored: the value is not valid; write until=')],
  ]);
});

test('a request beyond the limit is ignored', async () => {
  annotate('until=2026-03-01T17:00:00Z; by=jane; reason=x');
  expect((await override.apply(OUT_OF_SYNC)).ready).toBe(false);
});

test('unreadable annotations have no effect, with one log line', async () => {
  jest.mocked(podAnnotations).mockRejectedValue(new Error('ENOENT'));
  expect(await override.apply(OUT_OF_SYNC)).toBe(OUT_OF_SYNC);
  await override.apply(OUT_OF_SYNC);
  expect(warnings()).toEqual(['the annotations of the pod cannot be read, so force-ready has no effect']);
});
