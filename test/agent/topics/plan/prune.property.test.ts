import fc from 'fast-check';
import { PruneConfig } from '../../../../lib/seam/agent-config';
import { ListState } from '../../../../agent/topics/lists/declarations';
import {
  NO_MEMORY,
  PruneDecision,
  TopicMemory,
  decidePrune,
  withoutTopics,
} from '../../../../agent/topics/plan/prune';
import { formatMemory, parseMemory } from '../../../../agent/topics/status/memory';

const PRUNE = { minAgeSeconds: 100, maxPerRun: 2 };
/** Even then one run must have missed a topic before. */
const NO_AGE = { ...PRUNE, minAgeSeconds: 0 };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '__internal', '__proto__', 'constructor'];
const LISTS = ['prod/one', 'prod/two'] as const;

/** Events before and in one run. */
interface Turn {
  readonly seconds: number;
  /** Names in each list; undefined if the list is not configured. */
  readonly lists: readonly (
    { readonly names: readonly string[]; readonly isComplete: boolean } | undefined
  )[];
  /** Topics that clients create or delete before the run. */
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  readonly isAccepted: boolean;
  /** Topics whose deletion fails. */
  readonly failing: readonly string[];
  /** False if the run dies before it writes its memory. */
  readonly isSaved: boolean;
}

const often = (value: boolean) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });
const list = fc.record({ names: fc.subarray(NAMES), isComplete: often(true) });
const turns: fc.Arbitrary<Turn[]> = fc
  .tuple(
    fc.array(list, { minLength: 2, maxLength: 2 }),
    fc.array(
      fc.record({
        seconds: fc.constantFrom(1, 50, 100, 101),
        changed: fc.array(fc.option(list, { nil: undefined, freq: 20 }), { maxLength: 2 }),
        isChanged: fc.boolean(),
        created: fc.subarray(NAMES, { maxLength: 2 }),
        deleted: fc.subarray(NAMES, { maxLength: 1 }),
        isAccepted: often(false),
        failing: fc.subarray(NAMES, { maxLength: 1 }),
        isSaved: often(true),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  )
  .map(([first, rest]) => {
    let lists: Turn['lists'] = first;
    return rest.map(({ changed, isChanged, ...turn }) => {
      // Lists stay as they are more often than not, so that topics become old enough.
      lists = isChanged && changed.length > 0 ? [changed[0], changed[1] ?? lists[1]] : lists;
      return { ...turn, lists };
    });
  });

/** Record of a topic in a reference model. */
type Knowledge =
  | { readonly kind: 'declared'; readonly list: string }
  | { readonly kind: 'absent'; readonly since: number; readonly list: string; readonly isAccepted: boolean };

/** One run, as the reference model sees it. */
interface Run {
  readonly turn: Turn;
  readonly prune: PruneConfig;
  readonly now: number;
  readonly declared: ReadonlyMap<string, string>;
  readonly existing: ReadonlySet<string>;
  readonly states: readonly ListState[];
  readonly decision: PruneDecision;
  /** State of the model before the run. */
  readonly known: ReadonlyMap<string, Knowledge>;
  /** State of the model in the run, before its deletions. */
  readonly learnt: ReadonlyMap<string, Knowledge>;
}

function statesOf({ lists }: Turn): ListState[] {
  return lists.flatMap((one, index) =>
    one === undefined
      ? []
      : [
          {
            id: LISTS[index],
            isComplete: one.isComplete && one.names.length > 0,
            isAsSynthesized: one.isComplete,
          },
        ],
  );
}

/** Names with the first list that has them. */
function declaredIn({ lists }: Turn): Map<string, string> {
  const entries = lists.flatMap((one, index) =>
    (one?.names ?? []).map((name) => [name, LISTS[index]] as const),
  );
  return new Map([...entries].reverse());
}

const isComplete = (states: readonly ListState[]) => states.every((state) => state.isComplete);
const isAbsent = (knowledge: Knowledge) => knowledge.kind === 'absent';

function hasShrunk({ declared, learnt }: Pick<Run, 'declared' | 'learnt'>): boolean {
  return LISTS.some((list) => {
    const kept = [...declared.values()].filter((id) => id === list).length;
    const lost = [...learnt.values()].filter(
      (one) => one.kind === 'absent' && one.list === list && !one.isAccepted,
    ).length;
    return lost > (kept + lost) / 3;
  });
}

const isBlocked = (run: Pick<Run, 'declared' | 'learnt' | 'states'>) =>
  !isComplete(run.states) || hasShrunk(run);

/** Runs one after another; the memory passes through its text. */
function play(sequence: readonly Turn[], prune: PruneConfig): Run[] {
  const existing = new Set<string>();
  let known: ReadonlyMap<string, Knowledge> = new Map();
  let memory: TopicMemory = NO_MEMORY;
  let now = 1e12;
  return sequence.map((turn) => {
    now += turn.seconds * 1000;
    turn.created.forEach((name) => existing.add(name));
    turn.deleted.forEach((name) => existing.delete(name));
    const states = statesOf(turn);
    const declared = declaredIn(turn);
    const facts = { turn, prune, now, declared, existing: new Set(existing), states, known };
    const decision = decidePrune({
      declared,
      existing,
      lists: states,
      memory,
      now,
      prune,
      isDecreaseAccepted: turn.isAccepted,
    });
    const run = { ...facts, decision, learnt: learn(facts) };
    const gone = decision.delete.map(({ name }) => name).filter((name) => !turn.failing.includes(name));
    if (turn.isSaved) {
      memory = parseMemory(formatMemory(withoutTopics(decision.memory, gone)))!;
      known = new Map([...run.learnt].filter(([name]) => !gone.includes(name)));
    }
    // Topics of the lists are created.
    declared.forEach((_, name) => existing.add(name));
    gone.forEach((name) => existing.delete(name));
    return run;
  });
}

function learn({ turn, now, declared, existing, states, known }: Omit<Run, 'decision' | 'learnt'>) {
  const learnt = new Map<string, Knowledge>();
  for (const name of NAMES) {
    const before = known.get(name);
    const list = declared.get(name);
    const isForgotten = (existing.size > 0 && !existing.has(name)) || name.startsWith('__');
    if (list !== undefined) {
      learnt.set(name, { kind: 'declared', list });
    } else if (before?.kind === 'declared' && !isComplete(states)) {
      learnt.set(name, before);
    } else if (before !== undefined && !isForgotten) {
      const since = before.kind === 'absent' ? before.since : now;
      const isAccepted = turn.isAccepted || (before.kind === 'absent' && before.isAccepted);
      learnt.set(name, { kind: 'absent', since, list: before.list, isAccepted });
    }
  }
  return learnt;
}

/** Checks each run of random sequences. */
const check = (property: (run: Run, before: readonly Run[]) => void, numRuns = 500) =>
  fc.assert(
    fc.property(turns, fc.constantFrom(PRUNE, NO_AGE), (sequence, prune) => {
      play(sequence, prune).forEach((run, index, all) => property(run, all.slice(0, index)));
    }),
    { numRuns },
  );

test('exactly the topics that the reference model allows are deleted, those that are absent for longer first', () =>
  check((run) => {
    const { prune, now, declared, existing, decision, known } = run;
    const due = [...known]
      .flatMap(([name, one]) =>
        one.kind === 'absent' &&
        existing.has(name) &&
        !declared.has(name) &&
        now - one.since >= prune.minAgeSeconds * 1000
          ? [{ name, absentSince: one.since }]
          : [],
      )
      .sort((a, b) => a.absentSince - b.absentSince || (a.name < b.name ? -1 : 1));
    expect(decision.delete).toEqual(isBlocked(run) ? [] : due.slice(0, prune.maxPerRun));
  }, 5_000));

test('a topic is deleted only after all its rules were kept in the runs before', () =>
  check((run, before) => {
    const { now, prune, declared, existing, states, decision } = run;
    expect(decision.delete.length).toBeLessThanOrEqual(prune.maxPerRun);
    for (const { name } of decision.delete) {
      expect(declared.has(name)).toBe(false);
      expect(existing.has(name)).toBe(true);
      expect(name).not.toMatch(/^__/);
      expect(isComplete(states)).toBe(true);
      const saved = before.filter((one) => one.turn.isSaved);
      const lastDeclared = saved.map((one) => one.declared.has(name)).lastIndexOf(true);
      expect(lastDeclared).toBeGreaterThanOrEqual(0);
      // A complete run has missed it, long enough ago, and it has existed since.
      const absent = saved.slice(lastDeclared + 1);
      const first = absent.find((one) => isComplete(one.states));
      expect(now - first!.now).toBeGreaterThanOrEqual(prune.minAgeSeconds * 1000);
      const since = absent.filter((one) => one.now >= first!.now && one.existing.size > 0);
      expect(since.filter((one) => !one.existing.has(name))).toEqual([]);
    }
  }));

test('each absent topic is deleted now or announced, and a reason is given exactly if nothing may be deleted', () =>
  check((run) => {
    const { decision, prune, learnt } = run;
    const absent = [...learnt].filter(([, one]) => isAbsent(one)).map(([name]) => name);
    const named = [...decision.delete, ...decision.pending].map(({ name }) => name);
    expect(named.sort()).toEqual(absent.sort());
    expect(decision.blocked !== undefined).toBe(isBlocked(run) && absent.length > 0);
    for (const { absentSince, dueAt } of decision.pending) {
      expect(dueAt).toBe(absentSince + prune.minAgeSeconds * 1000);
    }
  }));

test('without prune nothing is deleted, and the age of absent topics starts later, with prune', () => {
  fc.assert(
    fc.property(turns, (sequence) => {
      for (const { declared, existing, states, now, decision, turn } of play(sequence, PRUNE)) {
        const facts = {
          declared,
          existing,
          lists: states,
          now,
          memory: decision.memory,
          isDecreaseAccepted: turn.isAccepted,
        };
        const without = decidePrune(facts);
        expect([...without.delete, ...without.pending]).toEqual([]);
        expect(without.blocked).toBeUndefined();
        expect(without.memory.absent.size).toBe(0);
        const names = [...decision.memory.declared.keys(), ...decision.memory.absent.keys()];
        expect([...without.memory.declared.keys()].sort()).toEqual([...new Set(names)].sort());
        const later = { ...facts, memory: without.memory, now: now + 10 * PRUNE.minAgeSeconds * 1000 };
        expect(decidePrune({ ...later, prune: PRUNE }).delete).toEqual([]);
      }
    }),
  );
});
