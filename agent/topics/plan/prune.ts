/*
 * Deletion of topics that are no longer declared. A mistake in a list must not cost data: topics are deleted only after they were
 * absent for a while, a few at a time, and not at all while a list is incomplete or much shorter than before.
 */
import { PruneConfig } from '../../../lib/seam/agent-config';
import { ListState } from '../lists/declarations';
import { PlannedDeletion } from './topic-plan';

/** State of the lists that runs keep for the next one. */
export interface TopicMemory {
  /** Names that were declared at the last run. */
  readonly declared: ReadonlySet<string>;
  /** Names that were declared once, and the time of the first run without them, in milliseconds since 1970. */
  readonly absent: ReadonlyMap<string, number>;
  /** Number of topics by list, before any decrease that is not accepted yet. */
  readonly listSizes: ReadonlyMap<string, number>;
}

/** Memory before the first run. */
export const NO_MEMORY: TopicMemory = { declared: new Set(), absent: new Map(), listSizes: new Map() };

/** Facts for the decision which topics to delete. */
export interface PruneFacts {
  /** Names in the lists, including those of topics that are not valid. */
  readonly declaredNames: ReadonlySet<string>;
  readonly lists: readonly ListState[];
  /** Topics that exist. */
  readonly existing: ReadonlySet<string>;
  readonly memory: TopicMemory;
  readonly prune?: PruneConfig;
  /** True if an operator accepts that the lists have become much shorter. */
  readonly isDecreaseAccepted: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Topics to delete, and what to remember. */
export interface PruneDecision {
  readonly delete: readonly PlannedDeletion[];
  /** Reason why nothing is deleted although topics are absent. */
  readonly blocked?: string;
  readonly memory: TopicMemory;
}

const MAX_DECREASE = 1 / 3;
const INTERNAL = /^__/;

/** Decides which topics to delete. */
export function decidePrune(facts: PruneFacts): PruneDecision {
  const { declaredNames, existing, lists, memory, now, prune } = facts;
  const incomplete = lists.filter(({ isComplete }) => !isComplete).map(({ id }) => id);
  const absent = new Map(
    [...memory.absent, ...newlyAbsent(facts, incomplete.length > 0)].filter(
      ([name]) => existing.has(name) && !declaredNames.has(name) && !INTERNAL.test(name),
    ),
  );
  const decrease = facts.isDecreaseAccepted ? undefined : decreaseOf(lists, memory.listSizes);
  const next: TopicMemory = {
    declared:
      incomplete.length > 0 ? new Set([...memory.declared, ...declaredNames]) : new Set(declaredNames),
    absent,
    listSizes: decrease === undefined && incomplete.length === 0 ? sizesOf(lists) : largestSizes(facts),
  };
  if (prune === undefined) {
    // The age of absent topics starts when somebody decides that they are deleted.
    const declared = new Set([...next.declared, ...absent.keys()]);
    return { delete: [], memory: { ...next, declared, absent: new Map() } };
  }
  if (absent.size === 0) {
    return { delete: [], memory: next };
  }
  const blocked =
    incomplete.length > 0 ? `topic lists ${incomplete.join(', ')} are missing, empty or not valid` : decrease;
  if (blocked !== undefined) {
    return { delete: [], blocked, memory: next };
  }
  return { delete: dueDeletions(absent, memory, prune, now), memory: next };
}

/** A memory without topics that were deleted. A topic of the same name that appears later was never declared. */
export function withoutTopics(memory: TopicMemory, names: readonly string[]): TopicMemory {
  return { ...memory, absent: new Map([...memory.absent].filter(([name]) => !names.includes(name))) };
}

/** Names that the last run knew and that no list has now. Nothing is known of the names in a list that was not read. */
function newlyAbsent({ declaredNames, memory, now }: PruneFacts, isIncomplete: boolean): [string, number][] {
  return isIncomplete
    ? []
    : [...memory.declared].filter((name) => !declaredNames.has(name)).map((name) => [name, now]);
}

function dueDeletions(
  absent: ReadonlyMap<string, number>,
  memory: TopicMemory,
  { minAgeSeconds, maxPerRun }: PruneConfig,
  now: number,
): PlannedDeletion[] {
  return [...absent]
    .filter(([name, since]) => memory.absent.has(name) && now - since >= minAgeSeconds * 1000)
    .sort(([a, since], [b, other]) => since - other || (a < b ? -1 : 1))
    .slice(0, maxPerRun)
    .map(([name, absentSince]) => ({ name, absentSince }));
}

/** Describes lists that have lost more than a third of their topics; undefined if there are none. */
function decreaseOf(lists: readonly ListState[], before: TopicMemory['listSizes']): string | undefined {
  const sizes = sizesOf(lists);
  const shrunk = [...before]
    .map(([id, size]) => ({ id, from: size, to: sizes.get(id) ?? 0 }))
    .filter(({ from, to }) => from - to > from * MAX_DECREASE)
    .map(({ id, from, to }) => `${id} from ${from} to ${to}`);
  return shrunk.length === 0
    ? undefined
    : `topic lists have lost more than a third of their topics: ${shrunk.join(', ')}`;
}

function sizesOf(lists: readonly ListState[]): Map<string, number> {
  return new Map(lists.map(({ id, topics }) => [id, topics]));
}

function largestSizes({ lists, memory }: PruneFacts): Map<string, number> {
  const sizes = new Map(memory.listSizes);
  sizesOf(lists).forEach((size, id) => sizes.set(id, Math.max(size, sizes.get(id) ?? 0)));
  return sizes;
}
