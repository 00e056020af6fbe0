import fc from 'fast-check';
import { ForceState } from '../../../agent/annotations/force-request';
import { LeavingFacts, LeavingGuard, judgeLeaving } from '../../../agent/restart/leaving-broker';
import { StatefulSet } from '../../../agent/restart/stateful-set';
import { StopVerdict, mayStopAtOnce, mustWait } from '../../../agent/restart/stop-verdict';

const NO_REQUEST: ForceState = { kind: 'none' };
const ACCEPTED: ForceState = {
  kind: 'active',
  request: { until: Date.parse('2026-03-01T13:00:00Z'), by: 'jane', reason: 'the topics are test data' },
};
const IN_SYNC: StopVerdict = { mayStop: true, reason: 'all in sync', replicas: ['a-0', 'a-1'] };

function facts(change: Partial<LeavingFacts> = {}): LeavingFacts {
  return { self: 1006, statefulSet: 'events-streams', isLeaving: true, acceptance: NO_REQUEST, ...change };
}

test('a leaving broker with replicas waits, and the problem has the remedies', () => {
  expect(judgeLeaving(IN_SYNC, facts())).toEqual({
    verdict: {
      ...mustWait(
        'StatefulSet events-streams no longer includes broker 1006, which has 2 replicas (a-0, a-1)',
      ),
      isLeaving: true,
    },
    problem:
      'StatefulSet events-streams no longer includes broker 1006, which has 2 replicas. Move them to other brokers, ' +
      "or include the broker again, or annotate the StatefulSet with cdk8s-kafka.io/accept-removal='until=<time>; " +
      "by=<name>; reason=<text>'",
  });
});

test('a leaving broker with replicas waits also if no ISR contains it', () => {
  const verdict = { ...mayStopAtOnce('no ISR contains broker 1006'), replicas: ['a-0'] };

  expect(judgeLeaving(verdict, facts()).verdict).toMatchObject({ mayStop: false });
  expect(judgeLeaving(verdict, facts()).verdict.needsNoLease).toBeUndefined();
});

test('an accepted removal is part of the reason', () => {
  expect(judgeLeaving(IN_SYNC, facts({ acceptance: ACCEPTED }))).toEqual({
    verdict: {
      ...IN_SYNC,
      reason:
        'all in sync; StatefulSet events-streams no longer includes broker 1006, which has 2 replicas; the removal is ' +
        'forced by jane until 2026-03-01T13:00:00.000Z: the topics are test data',
    },
  });
});

test('an acceptance that is not valid is named', () => {
  const acceptance: ForceState = { kind: 'ignored', reason: 'it expired at 2026-03-01T13:00:00Z' };

  expect(judgeLeaving(IN_SYNC, facts({ acceptance })).verdict.reason).toContain(
    'annotation cdk8s-kafka.io/accept-removal is ignored: it expired at 2026-03-01T13:00:00Z',
  );
});

test('a stop is delayed exactly if the broker leaves with replicas and nobody accepts it; no stop becomes possible', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }),
      (mayStop, isLeaving, isAccepted, replicas) => {
        const verdict: StopVerdict = { mayStop, reason: 'r', replicas };
        const acceptance = isAccepted ? ACCEPTED : NO_REQUEST;
        const isHeld = isLeaving && !isAccepted && (replicas?.length ?? 0) > 0;
        const judged = judgeLeaving(verdict, facts({ isLeaving, acceptance }));

        expect(judged.verdict.mayStop).toBe(mayStop && !isHeld);
        expect(judged.problem !== undefined).toBe(isHeld);
      },
    ),
  );
});

/** StatefulSet of the brokers from 1000 on. */
function ownerOf(replicas: number, annotations = {}): StatefulSet {
  return { metadata: { annotations }, spec: { replicas, ordinals: { start: 1000 } } };
}

describe('the guard', () => {
  const events: string[] = [];
  let owner: StatefulSet | undefined;
  const guard = () =>
    new LeavingGuard(1006, 'events-streams', {
      owner: () => owner,
      evaluate: (value) => (value === undefined ? NO_REQUEST : ACCEPTED),
      recordEvent: async (_type, reason) => void events.push(reason),
    });

  beforeEach(() => {
    events.length = 0;
    owner = ownerOf(6);
  });

  test('records one Event while replicas move away, and then allows the stop', () => {
    const leaving = guard();
    for (const replicas of [['a-0', 'a-1'], ['a-0']]) {
      expect(leaving.judge({ ...IN_SYNC, replicas }).mayStop).toBe(false);
    }

    expect(leaving.judge({ ...IN_SYNC, replicas: [] }).mayStop).toBe(true);
    expect(events).toEqual(['LeavingWithReplicas']);
  });

  test('allows the stop when the removal is accepted, or the broker is included again', () => {
    const leaving = guard();
    expect(leaving.judge(IN_SYNC).mayStop).toBe(false);

    owner = ownerOf(6, { 'cdk8s-kafka.io/accept-removal': 'until=…' });
    expect(leaving.judge(IN_SYNC).mayStop).toBe(true);
    owner = ownerOf(7);
    expect(leaving.judge(IN_SYNC).mayStop).toBe(true);
  });

  test('delays no stop before the StatefulSet could be read', () => {
    owner = undefined;
    expect(guard().judge(IN_SYNC).mayStop).toBe(true);
  });
});
