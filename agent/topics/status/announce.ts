/* Announces the plan and the result of a run in the log and as Events. */
import { truncatedItems } from '../../text/truncated-list';
import { log } from '../../runtime/log';
import { KubernetesTopics, StatusObject } from '../kubernetes-topics';
import { copiedBytes } from '../plan/moves';
import { TopicPlan } from '../plan/topic-plan';
import { ProblemKind } from './problem-kinds';
import { Problem, RunReport } from './run-report';
import { newProblems } from './status-content';

/** Maximum number of problems in an Event. */
const MAX_PROBLEMS = 5;

/** Logs the changes that a run will make. */
export function logPlan(plan: TopicPlan): void {
  plan.addPartitions.forEach(({ name: topic, from, count }) =>
    log.info('partitions are added', { topic, from, to: count }),
  );
  plan.changeSettings.forEach(({ name: topic, set, remove, from }) =>
    log.info('settings are changed', {
      topic,
      changes: [...Object.keys(set), ...remove].map(
        (key) => `${key}: ${from[key] ?? '(not set)'} -> ${set[key] ?? '(not set)'}`,
      ),
    }),
  );
  plan.delete.forEach(({ name: topic, absentSince }) =>
    log.warn('topic is deleted: it is no longer declared', {
      topic,
      absentSince: new Date(absentSince).toISOString(),
    }),
  );
  if (plan.moves.length > 0) {
    log.warn('partitions have to be reassigned, which a run does not do', {
      partitions: plan.moves.length,
      copied: copiedBytes(plan.moves),
    });
  }
}

const LEVELS: Readonly<Record<ProblemKind, 'error' | 'warn'>> = {
  unreachable: 'error',
  invalid: 'error',
  refused: 'error',
  rejected: 'error',
  waiting: 'warn',
  drift: 'warn',
  unmanaged: 'warn',
  prune: 'warn',
};

/** Logs the problems and the result of a run. */
export function logReport({ problems, counts, result }: RunReport): void {
  problems.forEach(({ kind, topic, message }) => log[LEVELS[kind]](message, { kind, topic }));
  log.info('topic synchronization finished', {
    result,
    ...counts,
    seconds: Math.round(process.uptime()),
    memoryMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
  });
}

/** Records what a run has changed, and problems that the run before did not have. */
export async function recordEvents(
  report: RunReport,
  status: StatusObject,
  { event }: Pick<KubernetesTopics, 'event'>,
): Promise<void> {
  const { created = 0, extended = 0, changed = 0, deleted = 0 } = report.counts;
  if (created + extended + changed + deleted > 0) {
    await event(
      'Normal',
      'TopicsChanged',
      `topics created: ${created}, extended: ${extended}, settings changed: ${changed}, deleted: ${deleted}`,
    );
  }
  const problems = newProblems(report, status);
  if (problems.length > 0) {
    await event('Warning', 'TopicProblems', `${report.result}. ${summaryOf(problems)}`);
  }
}

function summaryOf(problems: readonly Problem[]): string {
  const texts = problems.map(({ topic, message }) => `${topic === undefined ? '' : `${topic}: `}${message}`);
  return truncatedItems(texts, MAX_PROBLEMS).join('. ');
}
