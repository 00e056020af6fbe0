/*
 * Result of a run, for the status ConfigMap, Events, the log and the exit code.
 */
import { EXIT } from '../../runtime/errors';
import { Applied, TopicAction } from '../apply/apply-plan';
import { SortedRejections, explain, explainUnauthorized, sortRejections } from '../apply/rejections';
import { Declarations } from '../lists/declarations';
import { TopicPlan } from '../plan/topic-plan';

/** Kinds of problems, the most urgent first. */
export type ProblemKind = 'invalid' | 'refused' | 'rejected' | 'waiting' | 'drift' | 'unmanaged' | 'prune';

/** A problem of a topic, or of all. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly topic?: string;
  readonly message: string;
}

/** Result of a run. */
export interface RunReport {
  readonly exitCode: number;
  /** The exit code in words. */
  readonly result: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly Problem[];
}

/** Maximum number of unmanaged topics in a message. */
const MAX_NAMES = 10;

/** Evaluates a run. */
export function evaluateRun(declarations: Declarations, plan: TopicPlan, applied: Applied): RunReport {
  const rejections = sortRejections(applied.rejected);
  const problems = problemsOf(declarations, plan, rejections);
  const exitCode = exitCodeOf(problems, applied);
  return {
    exitCode,
    result: RESULTS[exitCode],
    problems,
    counts: {
      declared: declarations.topics.length,
      ...Object.fromEntries(
        Object.entries(applied.done).map(([action, { length }]) => [COUNTS[action as TopicAction], length]),
      ),
      left: applied.left ?? 0,
      ...Object.fromEntries(
        KINDS.map((kind) => [kind, problems.filter((problem) => problem.kind === kind).length]),
      ),
      unmanaged: plan.unmanaged.reduce((sum, { topics }) => sum + topics.length, 0),
      moves: plan.moves.length,
    },
  };
}

const COUNTS: Readonly<Record<TopicAction, string>> = {
  create: 'created',
  'add partitions': 'extended',
  'change settings': 'changed',
  delete: 'deleted',
};

const KINDS: readonly ProblemKind[] = ['invalid', 'refused', 'rejected', 'waiting', 'drift', 'prune'];

const RESULTS: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'all done',
  [EXIT.data]: 'some declarations are invalid or refused',
  [EXIT.unavailable]: 'Kafka is unreachable',
  [EXIT.waiting]: 'some topics wait for brokers',
  [EXIT.rejected]: 'Kafka rejects some topics',
};

function exitCodeOf(problems: readonly Problem[], { left }: Applied): number {
  const has = (...kinds: ProblemKind[]) => problems.some(({ kind }) => kinds.includes(kind));
  if (left !== undefined) {
    return EXIT.unavailable;
  }
  if (has('rejected')) {
    return EXIT.rejected;
  }
  if (has('invalid', 'refused')) {
    return EXIT.data;
  }
  return has('waiting') ? EXIT.waiting : EXIT.ok;
}

function problemsOf(
  declarations: Declarations,
  plan: TopicPlan,
  { temporary, unauthorized, final }: SortedRejections,
): Problem[] {
  const denied = explainUnauthorized(unauthorized);
  return [
    ...declarations.problems.map((problem): Problem => ({ kind: 'invalid', ...problem })),
    ...plan.refused.map((finding): Problem => ({ kind: 'refused', ...finding })),
    ...(denied === undefined ? [] : [{ kind: 'rejected', message: denied } as const]),
    ...final.map((rejection): Problem => ({
      kind: 'rejected',
      topic: rejection.topic,
      message: explain(rejection),
    })),
    ...temporary.map((rejection): Problem => ({
      kind: 'waiting',
      topic: rejection.topic,
      message: explain(rejection),
    })),
    ...plan.waiting.map((finding): Problem => ({ kind: 'waiting', ...finding })),
    ...plan.brokers.map((message): Problem => ({ kind: 'drift', message })),
    ...plan.drift.map((finding): Problem => ({ kind: 'drift', ...finding })),
    ...plan.unmanaged.map(({ problem, topics }): Problem => ({
      kind: 'unmanaged',
      message: `${topics.length} topics without a declaration ${problem}: ${shortList(topics)}`,
    })),
    ...(plan.pruneBlocked === undefined
      ? []
      : [{ kind: 'prune', message: `no topic is deleted: ${plan.pruneBlocked}` } as const]),
  ];
}

function shortList(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
