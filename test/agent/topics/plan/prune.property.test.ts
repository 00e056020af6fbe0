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
type Knowledge = 'declared' | { readonly absentSince: number } | undefined;

/** One run, as the reference model sees it. */
interface Run {
  readonly turn: Turn;
  readonly prune: PruneConfig;
  readonly now: number;
  readonly declared: ReadonlySet<string>;
  readonly existing: ReadonlySet<string>;
  readonly states: readonly ListState[];
  readonly decision: PruneDecision;
  /** State of the model before the run. */
  readonly known: ReadonlyMap<string, Knowledge>;
  readonly sizes: ReadonlyMap<string, number>;
}

function statesOf({ lists }: Turn): ListState[] {
  return lists.flatMap((one, index) =>
    one === undefined
      ? []
      : [
          {
            id: LISTS[index],
            topics: one.names.length,
            isComplete: one.isComplete && one.names.length > 0,
            isAsSynthesized: one.isComplete,
          },
        ],
  );
}

const isComplete = (states: readonly ListState[]) => states.every((state) => state.isComplete);

function hasShrunk(states: readonly ListState[], sizes: ReadonlyMap<string, number>): boolean {
  return [...sizes].some(
    ([id, size]) => 3 * (states.find((state) => state.id === id)?.topics ?? 0) < 2 * size,
  );
}

/** Runs one after another; the memory passes through its text. */
function play(sequence: readonly Turn[], prune: PruneConfig): Run[] {
  const existing = new Set<string>();
  const known = new Map<string, Knowledge>();
  let sizes = new Map<string, number>();
  let memory: TopicMemory = NO_MEMORY;
  let now = 1e12;
  return sequence.map((turn) => {
    now += turn.seconds * 1000;
    turn.created.forEach((name) => existing.add(name));
    turn.deleted.forEach((name) => existing.delete(name));
    const states = statesOf(turn);
    const declared = new Set(turn.lists.flatMap((one) => one?.names ?? []));
    const decision = decidePrune({
      declaredNames: declared,
      existing,
      lists: states,
      memory,
      now,
      prune,
      isDecreaseAccepted: turn.isAccepted,
    });
    const run = {
      turn,
      prune,
      now,
      declared,
      existing: new Set(existing),
      states,
      decision,
      known: new Map(known),
      sizes: new Map(sizes),
    };
    const gone = decision.delete.map(({ name }) => name).filter((name) => !turn.failing.includes(name));
    if (turn.isSaved) {
      memory = parseMemory(formatMemory(withoutTopics(decision.memory, gone)))!;
      learn(known, run, gone);
      sizes = nextSizes(run);
    }
    // Topics of the lists are created.
    declared.forEach((name) => existing.add(name));
    gone.forEach((name) => existing.delete(name));
    return run;
  });
}

function learn(
  known: Map<string, Knowledge>,
  { declared, existing, states, now }: Omit<Run, 'decision'>,
  gone: readonly string[],
): void {
  for (const name of NAMES) {
    const before = known.get(name);
    const isForgotten = !existing.has(name) || name.startsWith('__') || gone.includes(name);
    if (declared.has(name)) {
      known.set(name, 'declared');
    } else if (before === 'declared' && isComplete(states)) {
      known.set(name, isForgotten ? undefined : { absentSince: now });
    } else if (before !== 'declared' && isForgotten) {
      known.set(name, undefined);
    }
  }
}

function nextSizes({ turn, states, sizes }: Run): Map<string, number> {
  if (isComplete(states) && (turn.isAccepted || !hasShrunk(states, sizes))) {
    return new Map(states.map(({ id, topics }) => [id, topics]));
  }
  const largest = new Map(sizes);
  states.forEach(({ id, topics }) => largest.set(id, Math.max(topics, sizes.get(id) ?? 0)));
  return largest;
}

/** Checks each run of random sequences. */
const check = (property: (run: Run, before: readonly Run[]) => void, numRuns = 2_000) =>
  fc.assert(
    fc.property(turns, fc.constantFrom(PRUNE, NO_AGE), (sequence, prune) => {
      play(sequence, prune).forEach((run, index, all) => property(run, all.slice(0, index)));
    }),
    { numRuns },
  );

test('exactly the topics that the reference model allows are deleted, those that are absent for longer first', () =>
  check(({ turn, prune, now, declared, existing, states, decision, known, sizes }) => {
    const isBlocked = !isComplete(states) || (hasShrunk(states, sizes) && !turn.isAccepted);
    const due = NAMES.flatMap((name) => {
      const knowledge = known.get(name);
      return typeof knowledge === 'object' &&
        existing.has(name) &&
        !declared.has(name) &&
        now - knowledge.absentSince >= prune.minAgeSeconds * 1000
        ? [{ name, absentSince: knowledge.absentSince }]
        : [];
    }).sort((a, b) => a.absentSince - b.absentSince || (a.name < b.name ? -1 : 1));
    expect(decision.delete).toEqual(isBlocked ? [] : due.slice(0, prune.maxPerRun));
  }, 5_000));

test('a topic is deleted only after all its rules were kept in the runs before', () =>
  check(({ now, prune, declared, existing, states, decision, turn, sizes }, before) => {
    expect(decision.delete.length).toBeLessThanOrEqual(prune.maxPerRun);
    for (const { name } of decision.delete) {
      expect(declared.has(name)).toBe(false);
      expect(existing.has(name)).toBe(true);
      expect(name).not.toMatch(/^__/);
      expect(isComplete(states)).toBe(true);
      expect(hasShrunk(states, sizes) && !turn.isAccepted).toBe(false);
      const saved = before.filter((run) => run.turn.isSaved);
      const lastDeclared = saved.map((run) => run.declared.has(name)).lastIndexOf(true);
      expect(lastDeclared).toBeGreaterThanOrEqual(0);
      // A complete run has missed it, long enough ago, and it has existed since.
      const absent = saved.slice(lastDeclared + 1);
      const first = absent.find((run) => isComplete(run.states));
      expect(now - first!.now).toBeGreaterThanOrEqual(prune.minAgeSeconds * 1000);
      expect(absent.filter((run) => run.now >= first!.now && !run.existing.has(name))).toEqual([]);
    }
  }));

test('a reason is given exactly if topics are absent and nothing may be deleted', () =>
  check(({ turn, states, decision, sizes }) => {
    const isBlocked = !isComplete(states) || (hasShrunk(states, sizes) && !turn.isAccepted);
    expect(decision.blocked !== undefined).toBe(isBlocked && decision.memory.absent.size > 0);
  }));

test('without prune nothing is deleted, and the age of absent topics starts later, with prune', () => {
  fc.assert(
    fc.property(turns, (sequence) => {
      for (const { declared: declaredNames, existing, states, now, decision, turn } of play(
        sequence,
        PRUNE,
      )) {
        const facts = {
          declaredNames,
          existing,
          lists: states,
          now,
          memory: decision.memory,
          isDecreaseAccepted: turn.isAccepted,
        };
        const without = decidePrune(facts);
        expect(without.delete).toEqual([]);
        expect(without.blocked).toBeUndefined();
        const expected = decidePrune({ ...facts, prune: PRUNE }).memory;
        expect(without.memory).toEqual({
          ...expected,
          declared: new Set([...expected.declared, ...expected.absent.keys()]),
          absent: new Map(),
        });
        const later = { ...facts, memory: without.memory, now: now + 10 * PRUNE.minAgeSeconds * 1000 };
        expect(decidePrune({ ...later, prune: PRUNE }).delete).toEqual([]);
      }
    }),
  );
});

describe('a list that has become shorter', () => {
  const state = (topics: number, id = 'prod/one'): ListState => ({
    id,
    topics,
    isComplete: true,
    isAsSynthesized: true,
  });
  const memory: TopicMemory = {
    declared: new Set(),
    absent: new Map([['old', 0]]),
    listSizes: new Map([['prod/one', 9]]),
  };
  const decide = (lists: readonly ListState[], isDecreaseAccepted = false, before = memory) =>
    decidePrune({
      declaredNames: new Set(['a']),
      existing: new Set(['old']),
      lists,
      memory: before,
      now: 1e12,
      prune: PRUNE,
      isDecreaseAccepted,
    });

  test.each([
    [9, false],
    [6, false],
    [5, true],
    [1, true],
  ])('from 9 to %i blocks deletions: %s', (topics, isBlocked) => {
    const { delete: deleted, blocked } = decide([state(topics)]);
    expect(deleted.map(({ name }) => name)).toEqual(isBlocked ? [] : ['old']);
    expect(blocked).toBe(
      isBlocked
        ? `topic lists have lost more than a third of their topics: prod/one from 9 to ${topics}`
        : undefined,
    );
  });

  test('blocks deletions until it is accepted, and then its size is the reference', () => {
    const { memory: first } = decide([state(5)]);
    expect(decide([state(5)], false, first).blocked).toContain('from 9 to 5');
    const { delete: deleted, memory: accepted } = decide([state(5)], true, first);
    expect(deleted).toHaveLength(1);
    expect(accepted.listSizes).toEqual(new Map([['prod/one', 5]]));
    expect(decide([state(4)], false, accepted).blocked).toBeUndefined();
    expect(decide([state(3)], false, accepted).blocked).toContain('from 5 to 3');
  });

  test('in several runs is compared with the size before, until it is accepted', () => {
    const { memory: first } = decide([state(5)]);
    expect(decide([state(4)], false, first).blocked).toContain('from 9 to 4');
  });

  test('is a list that is no longer configured, too', () => {
    expect(decide([state(3, 'prod/two')]).blocked).toBe(
      'topic lists have lost more than a third of their topics: prod/one from 9 to 0',
    );
  });

  test('does not become the reference while another list is incomplete, even if it is accepted', () => {
    const lists = [state(5), { ...state(3, 'prod/two'), isComplete: false }];
    const { blocked, memory: next } = decide(lists, true);
    expect(blocked).toBe('topic lists prod/two are missing, empty or not valid');
    expect(next.listSizes.get('prod/one')).toBe(9);
  });
});
