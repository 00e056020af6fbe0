import { TopicMemory } from '../plan/prune';
import { StatusChange, StatusObject } from '../kubernetes-topics';
import { formatMemory } from './memory';
import { Problem, RunReport } from './run-report';
import { STATUS_KEYS } from './status-keys';

/** A ConfigMap has at most 1 MiB. Binary data is counted as it is in JSON, in base64. */
const MAX_PROBLEMS_BYTES = 200 * 1024;
const MAX_MEMORY_BYTES = 750 * 1024;

/**
 * Content of the status ConfigMap after a run.
 *
 * @param memory absent if the memory of the run before stays
 */
export function statusContent(report: RunReport, memory: TopicMemory | undefined, now: number): StatusChange {
  const { text, problems } = stored(memory);
  const all = [...problems, ...report.problems];
  return {
    data: {
      [STATUS_KEYS.lastRun]: new Date(now).toISOString(),
      [STATUS_KEYS.result]: report.result,
      [STATUS_KEYS.counts]: JSON.stringify(report.counts),
      [STATUS_KEYS.problems]: all.length === 0 ? null : problemsText(all),
    },
    binaryData: text === undefined ? {} : { [STATUS_KEYS.memory]: text },
  };
}

/** A memory that does not fit is dropped: an old one would let topics be deleted too early. */
function stored(memory: TopicMemory | undefined): {
  readonly text?: string | null;
  readonly problems: readonly Problem[];
} {
  if (memory === undefined) {
    return { problems: [] };
  }
  const text = formatMemory(memory);
  if (text.length <= MAX_MEMORY_BYTES) {
    return { text, problems: [] };
  }
  const message = `the names of ${memory.declared.size} topics do not fit into the status ConfigMap, so no topic is deleted`;
  return { text: null, problems: [{ kind: 'prune', message }] };
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
