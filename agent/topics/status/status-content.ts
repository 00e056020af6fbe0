import { TopicMemory } from '../plan/prune';
import { StatusChange, StatusObject } from '../kubernetes-topics';
import { formatMemory } from './memory';
import { Problem, RunReport } from './run-report';

/** Keys of the status ConfigMap. */
export const STATUS_KEYS = {
  lastRun: 'lastRun',
  result: 'result',
  counts: 'counts',
  problems: 'problems',
  memory: 'memory',
} as const;

/** A ConfigMap has at most 1 MiB. */
const MAX_PROBLEMS_BYTES = 200 * 1024;

/** Content of the status ConfigMap after a run. */
export function statusContent(report: RunReport, memory: TopicMemory, now: number): StatusChange {
  return {
    data: {
      [STATUS_KEYS.lastRun]: new Date(now).toISOString(),
      [STATUS_KEYS.result]: report.result,
      [STATUS_KEYS.counts]: JSON.stringify(report.counts),
      [STATUS_KEYS.problems]: report.problems.length === 0 ? null : problemsText(report.problems),
    },
    binaryData: { [STATUS_KEYS.memory]: formatMemory(memory) },
  };
}

/** True if the problems of a run differ from those of the run before. */
export function hasNewProblems(report: RunReport, { data }: StatusObject): boolean {
  return report.problems.length > 0 && problemsText(report.problems) !== data[STATUS_KEYS.problems];
}

/** One line for each problem. */
export function problemsText(problems: readonly Problem[]): string {
  const lines = problems.map(
    ({ kind, topic, message }) => `${kind}: ${topic === undefined ? '' : `${topic}: `}${message}`,
  );
  let size = 0;
  const shown = lines.filter((line) => (size += Buffer.byteLength(line) + 1) <= MAX_PROBLEMS_BYTES);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more; see the log of the Job`] : [])].join('\n');
}
