/*
 * Deletion of topics that are no longer declared. A mistake in a list must not cost data: topics are deleted only after they were
 * absent for a while, a few at a time, and not at all while a list is incomplete or has lost many topics.
 */
import { PruneConfig } from '../../../lib/seam/agent-config';
import { ListState } from '../lists/declarations';
import { PendingDeletion, PlannedDeletion } from './topic-plan';
import { isOfKafka } from './unmanaged-topics';

/** A topic that was declared once and is not any more. */
export interface AbsentTopic {
  /** Time of the first run without it, in milliseconds since 1970. */
  readonly since: number;
  /** The list that declared it. */
  readonly list: string;
  /** True if an operator has accepted that the list lost it. */
  readonly isAccepted: boolean;
}

/** State of the lists that runs keep for the next one. */
export interface TopicMemory {
  /** Names that were declared at the last run, with their list. */
  readonly declared: ReadonlyMap<string, string>;
  readonly absent: ReadonlyMap<string, AbsentTopic>;
}

/** Memory before the first run. */
export const NO_MEMORY: TopicMemory = { declared: new Map(), absent: new Map() };

/** Facts for the decision which topics to delete. */
export interface PruneFacts {
  /** Names in the lists with their list, including those of topics that are not valid. */
  readonly declared: ReadonlyMap<string, string>;
  readonly lists: readonly ListState[];
  /** Topics that exist. */
  readonly existing: ReadonlySet<string>;
  readonly memory: TopicMemory;
  readonly prune?: PruneConfig;
  /** True if an operator accepts that the lists have lost topics. */
  readonly isDecreaseAccepted: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Topics to delete, and what to remember. */
export interface PruneDecision {
  readonly delete: readonly PlannedDeletion[];
  /** Topics that a later run deletes unless they are declared again. */
  readonly pending: readonly PendingDeletion[];
  /** Reason why nothing is deleted although topics are absent. */
  readonly blocked?: string;
  readonly memory: TopicMemory;
}

/** Decides which topics to delete. */
export function decidePrune(facts: PruneFacts): PruneDecision {
  const { declared, lists, memory, prune } = facts;
  const incomplete = lists.filter(({ isComplete }) => !isComplete).map(({ id }) => id);
  const absent = absentTopics(facts, incomplete.length === 0);
  const known = incomplete.length === 0 ? declared : new Map([...memory.declared, ...declared]);
  if (prune === undefined) {
    // The age of absent topics starts when somebody decides that they are deleted.
    const names = [...absent].map(([name, { list }]): [string, string] => [name, list]);
    return {
      delete: [],
      pending: [],
      memory: { declared: new Map([...known, ...names]), absent: new Map() },
    };
  }
  const next = { declared: known, absent };
  const blocked = absent.size === 0 ? undefined : blockedReason(incomplete, declared, absent);
  const due = blocked === undefined ? dueDeletions(absent, facts, prune) : [];
  return { delete: due, pending: pendingDeletions(absent, due, prune), blocked, memory: next };
}

/** A memory without topics that were deleted. A topic of the same name that appears later was never declared. */
export function withoutTopics(memory: TopicMemory, names: readonly string[]): TopicMemory {
  return { ...memory, absent: new Map([...memory.absent].filter(([name]) => !names.includes(name))) };
}

/** Topics that were declared, are not any more, and exist. Nothing is known of the names in a list that was not read. */
function absentTopics(
  { declared, existing, memory, now, isDecreaseAccepted }: PruneFacts,
  areListsComplete: boolean,
): Map<string, AbsentTopic> {
  const added = areListsComplete
    ? [...memory.declared].map(([name, list]): [string, AbsentTopic] => [
        name,
        { since: now, list, isAccepted: false },
      ])
    : [];
  // A broker that has just started, or a principal without rights, shows no topics at all.
  const mayExist = (name: string) => existing.size === 0 || existing.has(name);
  return new Map(
    [...added, ...memory.absent]
      .filter(([name]) => !declared.has(name) && mayExist(name) && !isOfKafka(name))
      .map(([name, topic]) => [name, isDecreaseAccepted ? { ...topic, isAccepted: true } : topic]),
  );
}

function blockedReason(
  incomplete: readonly string[],
  declared: ReadonlyMap<string, string>,
  absent: ReadonlyMap<string, AbsentTopic>,
): string | undefined {
  return incomplete.length > 0
    ? `topic lists ${incomplete.join(', ')} are missing, empty, not valid, or differ from the synthesized YAML`
    : decreaseOf(declared, absent);
}

/**
 * Describes lists that have lost more than a third of their topics; undefined if there are none. The lost topics are counted, not the
 * size of the list: a list can lose them in several steps, or have others instead.
 */
function decreaseOf(
  declared: ReadonlyMap<string, string>,
  absent: ReadonlyMap<string, AbsentTopic>,
): string | undefined {
  const kept = countsOf(declared.values());
  const open = [...absent.values()].filter(({ isAccepted }) => !isAccepted);
  const lost = [...countsOf(open.map(({ list }) => list))]
    .map(([list, count]) => ({ list, count, of: count + (kept.get(list) ?? 0) }))
    .filter(({ count, of }) => 3 * count > of)
    .map(({ list, count, of }) => `${list} ${count} of ${of}`);
  return lost.length === 0
    ? undefined
    : `topic lists have lost more than a third of their topics: ${lost.sort().join(', ')}`;
}

function countsOf(lists: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const list of lists) {
    counts.set(list, (counts.get(list) ?? 0) + 1);
  }
  return counts;
}

function dueDeletions(
  absent: ReadonlyMap<string, AbsentTopic>,
  { existing, memory, now }: PruneFacts,
  { minAgeSeconds, maxPerRun }: PruneConfig,
): PlannedDeletion[] {
  return byAge(absent)
    .filter(({ name }) => memory.absent.has(name) && existing.has(name))
    .filter(({ absentSince }) => now - absentSince >= minAgeSeconds * 1000)
    .slice(0, maxPerRun);
}

function pendingDeletions(
  absent: ReadonlyMap<string, AbsentTopic>,
  due: readonly PlannedDeletion[],
  { minAgeSeconds }: PruneConfig,
): PendingDeletion[] {
  const now = new Set(due.map(({ name }) => name));
  return byAge(absent)
    .filter(({ name }) => !now.has(name))
    .map((topic) => ({ ...topic, dueAt: topic.absentSince + minAgeSeconds * 1000 }));
}

/** Absent topics, those first that are absent for longest. */
function byAge(absent: ReadonlyMap<string, AbsentTopic>): PlannedDeletion[] {
  return [...absent]
    .map(([name, { since }]) => ({ name, absentSince: since }))
    .sort((a, b) => a.absentSince - b.absentSince || (a.name < b.name ? -1 : 1));
}
