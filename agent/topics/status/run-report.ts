/*
 * Result of a run, for the status ConfigMap, Events, the log and the exit code.
 */
import { EXIT } from '../../runtime/errors';
import { plural } from '../../text/plural';
import { truncatedList } from '../../text/truncated-list';
import { Applied, TopicAction } from '../apply/apply-plan';
import { SortedRejections, explain, explainUnauthorized, sortRejections } from '../apply/rejections';
import { Declarations } from '../lists/declarations';
import { TopicPlan } from '../plan/topic-plan';
import { PROBLEM_KINDS, ProblemKind } from './problem-kinds';

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
  /** True if the principal of the run lacks a right. */
  readonly isUnauthorized: boolean;
}

/** Maximum number of topics in a message. */
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
    isUnauthorized: rejections.unauthorized.length > 0,
    counts: {
      declared: declarations.topics.length,
      ...Object.fromEntries(
        Object.entries(applied.done).map(([action, { length }]) => [COUNTS[action as TopicAction], length]),
      ),
      left: applied.left ?? 0,
      ...Object.fromEntries(
        PROBLEM_KINDS.map((kind) => [kind, problems.filter((problem) => problem.kind === kind).length]),
      ),
      unmanaged: plan.unmanaged.reduce((sum, { topics }) => sum + topics.length, 0),
      moves: plan.moves.length,
      pending: plan.pending.length,
    },
  };
}

const COUNTS: Readonly<Record<TopicAction, string>> = {
  create: 'created',
  'add partitions': 'extended',
  'change settings': 'changed',
  delete: 'deleted',
};

const RESULTS: Readonly<Record<number, string>> = {
  [EXIT.ok]: 'all done',
  [EXIT.data]: 'some declarations are invalid or refused',
  [EXIT.unavailable]: 'Kafka is unreachable',
  [EXIT.waiting]: 'some topics wait for brokers',
  [EXIT.rejected]: 'Kafka rejects some topics',
};

function exitCodeOf(problems: readonly Problem[], { left }: Applied): number {
  const has = (...kinds: ProblemKind[]) => problems.some(({ kind }) => kinds.includes(kind));
  if (left !== undefined || has('unreachable')) {
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
    ...unreadProblems(plan.unreadSettings),
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
    ...plan.unmanaged.map(({ place, topics }): Problem => ({
      kind: 'unmanaged',
      message: `${plural(topics.length, 'topic')} without a declaration ${place}: ${truncatedList(topics, MAX_NAMES)}`,
    })),
    ...(plan.pruneBlocked === undefined
      ? []
      : [{ kind: 'prune', message: `no topic is deleted: ${plan.pruneBlocked}` } as const]),
    ...plan.pending.map(({ name, dueAt }): Problem => ({
      kind: 'prune',
      topic: name,
      message: `it is no longer declared, and is deleted after ${new Date(dueAt).toISOString()}; declare it to keep it`,
    })),
  ];
}

function unreadProblems(unread: TopicPlan['unreadSettings']): Problem[] {
  if (unread === undefined) {
    return [];
  }
  const { topics, unreachable } = unread;
  const of = `the settings of ${plural(topics.length, 'topic')} (${truncatedList(topics, MAX_NAMES)})`;
  return [
    unreachable === undefined
      ? {
          kind: 'rejected',
          message: `Kafka does not return ${of}; grant the principal of the topic synchronization DescribeConfigs on all topics`,
        }
      : {
          kind: 'unreachable',
          message: `${of} are not compared: ${unreachable}; the next run compares them`,
        },
  ];
}

/** Result of a run that ends because Kafka or the API server does not answer. Counts are those of the run before. */
export function unreachableReport(message: string, before: Readonly<Record<string, number>>): RunReport {
  return {
    exitCode: EXIT.unavailable,
    result: RESULTS[EXIT.unavailable],
    counts: { ...before, unreachable: 1 },
    problems: [{ kind: 'unreachable', message }],
    isUnauthorized: false,
  };
}
