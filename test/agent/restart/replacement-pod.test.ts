import fc from 'fast-check';
import {
  Absence,
  OwnerReader,
  ReplacementMonitor,
  Sighting,
  absenceAfter,
  sightingOf,
} from '../../../agent/restart/replacement-pod';
import { isScaledDown, membersOf } from '../../../agent/restart/stateful-set';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const NAME = 'events-streams';
const REPLACED: Sighting = { kind: 'replaced' };
const MISSING: Sighting = { kind: 'missing' };
const DENIED: Sighting = { kind: 'denied' };
const NO_ANSWER: Sighting = { kind: 'no answer' };
const deletedAt = { deletionTimestamp: '2026-03-01T12:00:00Z' };

describe('a StatefulSet', () => {
  test.each([
    ['does not exist', undefined, 'missing'],
    ['is being deleted', { metadata: deletedAt, spec: { replicas: 3 } }, 'missing'],
    [
      'is being deleted without its pods',
      { metadata: { ...deletedAt, finalizers: ['orphan'] }, spec: { replicas: 3 } },
      'replaced',
    ],
    ['is scaled to 0', { metadata: {}, spec: { replicas: 0 } }, 'final'],
    ['has replicas', { metadata: {}, spec: { replicas: 3 } }, 'replaced'],
  ])('that %s', (_, found, kind) => {
    expect(sightingOf(NAME, found, false).kind).toBe(kind);
    expect(sightingOf(NAME, found, true).kind).toBe('final');
  });
});

/** Reason of the last of several looks, which follow each other in a number of seconds. */
function reasonAfter(looks: readonly (readonly [number, Sighting])[]): string | undefined {
  let now = 0;
  const monitor = new ReplacementMonitor(NAME, () => now);
  let reason: string | undefined;
  for (const [seconds, sighting] of looks) {
    now += seconds * 1000;
    reason = monitor.noReplacementReason(sighting);
  }
  return reason;
}

const times = (count: number, seconds: number, sighting: Sighting) =>
  Array.from({ length: count }, () => [seconds, sighting] as const);

describe('no pod replaces this one', () => {
  const deleted = 'StatefulSet events-streams has been deleted for a minute, so no pod replaces this one';

  test.each<[string, (readonly [number, Sighting])[], string | undefined]>([
    ['not after a single look', [[1, MISSING]], undefined],
    ['not before a minute', times(12, 5, MISSING), undefined],
    ['after a minute', times(13, 5, MISSING), deleted],
    [
      'not if it was there in the meantime',
      [...times(12, 5, MISSING), [1, REPLACED], ...times(12, 5, MISSING)],
      undefined,
    ],
    [
      'not if the API server did not answer',
      [...times(12, 5, MISSING), [1, NO_ANSWER], ...times(12, 5, MISSING)],
      undefined,
    ],
    ['not if nobody looked for a while', [...times(6, 5, MISSING), [31, MISSING]], undefined],
    ['if the Role was deleted after it', [[1, MISSING], ...times(12, 5, DENIED)], deleted],
    ['not if only the Role is missing', times(100, 5, DENIED), undefined],
    ['at once if that is final', [[1, { kind: 'final', reason: 'scaled to 0' }]], 'scaled to 0'],
  ])('%s', (_, looks, reason) => {
    expect(reasonAfter(looks)).toBe(reason);
  });

  test('only after a minute in which no look has shown it', () => {
    const kinds = fc.constantFrom(REPLACED, MISSING, MISSING, MISSING, DENIED, NO_ANSWER);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40_000), kinds), { minLength: 1, maxLength: 60 }), (looks) => {
        let now = 0;
        let absence: Absence | undefined;
        let seenAt = 0;
        for (const [pause, sighting] of looks) {
          now += pause;
          absence = absenceAfter(absence, sighting, now);
          seenAt = sighting === REPLACED || sighting === NO_ANSWER ? now : seenAt;
          expect(absence ? now - absence.since : 0).toBeLessThanOrEqual(now - seenAt);
        }
      }),
    );
  });
});

describe('in an API server', () => {
  const STATEFUL_SET = '/apis/apps/v1/namespaces/ns/statefulsets/events-streams';
  let api: ApiServer;
  let store: ObjectStore;

  beforeEach(async () => {
    api = await ApiServer.start();
    store = new ObjectStore();
    store.put(STATEFUL_SET, { spec: { replicas: 3 } });
    api.serves(store);
  });
  afterEach(() => api.dispose());

  test('a StatefulSet of a namespace that exists', async () => {
    store.put('/api/v1/namespaces/ns', {});
    const owner = new OwnerReader('ns', NAME);
    expect(await owner.read()).toEqual(REPLACED);
    expect(owner.last?.spec?.replicas).toBe(3);
    store.objects.delete(STATEFUL_SET);
    expect(await owner.read()).toEqual(MISSING);
    expect(owner.last).toBeUndefined();
  });

  test('a namespace that is being deleted, while its StatefulSet still exists', async () => {
    store.put('/api/v1/namespaces/ns', { metadata: deletedAt });
    expect(await new OwnerReader('ns', NAME).read()).toEqual({
      kind: 'final',
      reason: 'the namespace is being deleted, so no pod replaces this one',
    });
  });
});

test('servers are scaled down at both ends', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(20), fc.nat(20), (replicas, start, id) => {
      const found = { metadata: {}, spec: { replicas, ordinals: { start } } };
      const isKept = Array.from({ length: replicas }, (_, index) => start + index).includes(id);
      expect(isScaledDown(id, found)).toBe(!isKept);
    }),
  );
});

test('without a StatefulSet no server is scaled down', () => {
  expect(isScaledDown(1001, undefined)).toBe(false);
});

test.each([
  [
    'the ids of its pods',
    { metadata: {}, spec: { replicas: 3, ordinals: { start: 1 } } },
    { first: 1, last: 3 },
  ],
  ['ids from 0 without ordinals', { metadata: {}, spec: { replicas: 2 } }, { first: 0, last: 1 }],
  ['none if it is scaled to 0', { metadata: {}, spec: { replicas: 0 } }, undefined],
  ['none if it is being deleted', { metadata: { deletionTimestamp: 'x' }, spec: { replicas: 3 } }, undefined],
  ['none if it does not exist', undefined, undefined],
])('a StatefulSet has %s', (_, found, members) => expect(membersOf(found)).toEqual(members));
