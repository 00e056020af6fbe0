import { TopicMemory } from '../plan/prune';
import { StatusChange, StatusObject } from '../kubernetes-topics';
import { formatMemory } from './memory';
import { Problem, RunReport } from './run-report';
import { STATUS_KEYS } from './status-keys';

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

/** Problems that the run before did not have. */
export function newProblems({ problems }: RunReport, { data }: StatusObject): Problem[] {
  const before = new Set(data[STATUS_KEYS.problems]?.split('\n'));
  return shownProblems(problems).filter((problem) => !before.has(lineOf(problem)));
}

/** One line for each problem. */
export function problemsText(problems: readonly Problem[]): string {
  const lines = shownProblems(problems).map(lineOf);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more; see the log of the Job`] : [])].join('\n');
}

function shownProblems(problems: readonly Problem[]): Problem[] {
  let size = 0;
  return problems.filter((problem) => (size += Buffer.byteLength(lineOf(problem)) + 1) <= MAX_PROBLEMS_BYTES);
}

/** Messages of Kafka can have several lines. */
function lineOf({ kind, topic, message }: Problem): string {
  return `${kind}: ${topic === undefined ? '' : `${topic}: `}${message}`.replace(/\s*\n\s*/g, ' ');
}
