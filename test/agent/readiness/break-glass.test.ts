import { FORCE_READY_ANNOTATION } from '../../../lib/seam/agent-config';
import { podAnnotations } from '../../../agent/annotations/pod-annotations';
import { recordEvent } from '../../../agent/kubernetes/events';
import { log } from '../../../agent/runtime/log';
import { ForceReadyOverride } from '../../../agent/readiness/force-ready-override';
import { Verdict } from '../../../agent/readiness/verdict';

jest.mock('../../../agent/annotations/pod-annotations', () => ({
  ...jest.requireActual<object>('../../../agent/identity/consent'),
  podAnnotations: jest.fn(),
}));
jest.mock('../../../agent/kubernetes/events', () => ({ recordEvent: jest.fn() }));

const POD = { kind: 'Pod', name: 'events-streams-1003', uid: '7d1c' };
const BEHIND: Verdict = { ready: false, reason: 'not in sync for a-0', notInSync: ['a-0'] };
const NOON = Date.parse('2026-03-01T12:00:00Z');
const DEMAND = 'until=2026-03-01T13:00:00Z; by=jane; reason=1003 is lost';
const TEXT = 'forced by jane until 2026-03-01T13:00:00.000Z: 1003 is lost';

let now: number;
let glass: ForceReadyOverride;

beforeEach(() => {
  now = NOON;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(performance, 'now').mockImplementation(() => now - NOON);
  jest.spyOn(log, 'warn').mockImplementation(() => undefined);
  jest.mocked(recordEvent).mockReset();
  glass = new ForceReadyOverride('prod', POD, 4 * 3600);
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

test('without a demand the verdict stands', async () => {
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  expect([glass.isForced, events(), warnings()]).toEqual([false, [], []]);
});

test('a demand makes the server ready, and the reason tells by whom, and the truth', async () => {
  annotate(DEMAND);
  expect(await glass.apply(BEHIND)).toEqual({
    ready: true,
    reason: `${TEXT} (in truth: not in sync for a-0)`,
    notInSync: ['a-0'],
    isForced: true,
  });
  expect(glass.isForced).toBe(true);
});

test('what was too long stays so when annotations cannot be read for a moment', async () => {
  annotate('until=2026-03-01T18:00:00Z; by=jane; reason=x');
  await glass.apply(BEHIND);
  jest.mocked(podAnnotations).mockRejectedValueOnce(new Error('EIO'));
  await glass.apply(BEHIND);
  now = Date.parse('2026-03-01T17:00:00Z');
  annotate('until=2026-03-01T18:00:00Z; by=jane; reason=x');
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
});

test('a server that is ready anyhow is not so by force', async () => {
  annotate(DEMAND);
  expect(await glass.apply({ ready: true, reason: 'in sync', notInSync: [] })).toEqual({
    ready: true,
    reason: `${TEXT} (in truth: in sync)`,
    notInSync: [],
  });
});

test('it is an Event again before Kubernetes forgets the last one', async () => {
  annotate('until=2026-03-01T15:30:00Z; by=jane; reason=x');
  for (const minutes of [0, 29, 30, 59, 61]) {
    now = NOON + minutes * 60_000;
    await glass.apply(BEHIND);
  }
  expect(events().map(([reason]) => reason)).toEqual(['ForceReady', 'ForceReady', 'ForceReady']);
});

test('it is an Event once, and a line in the log each minute', async () => {
  annotate(DEMAND);
  for (const seconds of [0, 1, 59, 60, 61, 120]) {
    now = NOON + seconds * 1_000;
    await glass.apply(BEHIND);
  }
  expect(events()).toEqual([['ForceReady', TEXT]]);
  expect(warnings()).toEqual(Array(3).fill('readiness is forced'));
});

test('it ends by itself, also between two rounds, and says so once', async () => {
  annotate(DEMAND);
  await glass.apply(BEHIND);
  now = Date.parse('2026-03-01T13:00:00Z');
  expect(glass.isForced).toBe(false);
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  expect(events()).toEqual([
    ['ForceReady', TEXT],
    ['ForceReadyEnded', TEXT],
  ]);
});

test('it ends when the annotation is taken away', async () => {
  annotate(DEMAND);
  await glass.apply(BEHIND);
  annotate(undefined);
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  expect(events().map(([reason]) => reason)).toEqual(['ForceReady', 'ForceReadyEnded']);
});

test('what cannot be understood is not obeyed, and said once', async () => {
  annotate('true');
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  await glass.apply(BEHIND);
  expect(events()).toEqual([['ForceReadyIgnored', expect.stringContaining('is ignored: it is not until=')]]);
  expect(warnings()).toHaveLength(1);
});

test('an open demand that is replaced by what cannot be understood ends, and both are said', async () => {
  annotate(DEMAND);
  await glass.apply(BEHIND);
  annotate('true');
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  expect(events()).toEqual([
    ['ForceReady', TEXT],
    ['ForceReadyEnded', TEXT],
    ['ForceReadyIgnored', expect.stringContaining('is ignored: it is not until=')],
  ]);
});

test('more than the limit is not obeyed', async () => {
  annotate('until=2026-03-01T17:00:00Z; by=jane; reason=x');
  expect((await glass.apply(BEHIND)).ready).toBe(false);
});

test('annotations that cannot be read force nothing, and that is said once', async () => {
  jest.mocked(podAnnotations).mockRejectedValue(new Error('ENOENT'));
  expect(await glass.apply(BEHIND)).toBe(BEHIND);
  await glass.apply(BEHIND);
  expect(warnings()).toEqual(['annotations cannot be read, so readiness cannot be forced']);
});
