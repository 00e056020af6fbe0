/*
 * A pod that says once a second how replicas are. It asks brokers itself: kubectl and Kafka's tools would keep a small
 * machine busy.
 */
import { join } from 'node:path';
import { startProgramPod } from '../load/program-pod';
import { kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { readWhole } from '../kubernetes/whole-output';
import { eventually } from '../waiting';
import { Outcome, clientIdentity } from '../world';
import { SyncSecond } from './recording';

const NAME = 'e2e-observer';
const SCRATCH = '/scratch';
/** On a busy machine it misses some seconds; a log that ends earlier was cut off. */
const SLACK_MS = 10_000;

/** Starts it, and waits until it sees the cluster. */
export async function startObserver(outcome: Outcome): Promise<void> {
  const { namespace, clusterName } = outcome;
  await startProgramPod(outcome, {
    name: NAME,
    ...clientIdentity(outcome),
    entry: join(__dirname, 'program', 'main.ts'),
    settings: { bootstrap: `${clusterName}-bootstrap.${namespace}.svc.cluster.local:9092`, scratch: SCRATCH },
    scratch: SCRATCH,
  });
  await untilReady(namespace, [NAME], 120);
  await eventually('the observer to see the cluster', 120, async () => {
    const log = await kubectl(['logs', NAME, `--namespace=${namespace}`, '--tail=3']);
    return syncSecondsIn(log).length > 0 ? { done: undefined } : { state: log };
  });
}

/** Waits until every broker leads what it should lead, and is in sync. */
export async function untilLeadersAreBack({ namespace }: Outcome): Promise<void> {
  await eventually('preferred leaders', 120, async () => {
    const log = await kubectl(['logs', NAME, `--namespace=${namespace}`, '--tail=3']);
    const last = syncSecondsIn(log).at(-1);
    const affected = Object.entries(last?.brokers ?? {}).filter(
      ([, { behind, missed }]) => behind + missed > 0,
    );
    return last !== undefined && affected.length === 0
      ? { done: undefined }
      : {
          state: affected
            .map(([id, { behind, missed }]) => `${id}: ${behind} behind, ${missed} missed`)
            .join(', '),
        };
  });
}

/** Observations between two times. */
export async function observedBetween(
  { namespace }: Outcome,
  begin: number,
  end: number,
): Promise<SyncSecond[]> {
  const since = `--since-time=${new Date(begin - 2000).toISOString()}`;
  const log = await readWhole(
    (text) => (timesIn(text).at(-1) ?? 0) >= end - SLACK_MS,
    () => kubectl(['logs', NAME, `--namespace=${namespace}`, since]),
  );
  return syncSecondsIn(log).filter(({ time }) => time >= begin && time <= end);
}

/** Seconds of its output with an answer of a broker. */
export function syncSecondsIn(log: string): SyncSecond[] {
  return parsed(log).flatMap(({ time, ...rest }) =>
    rest.brokers === undefined ? [] : [{ ...(rest as Omit<SyncSecond, 'time'>), time: Date.parse(time) }],
  );
}

function timesIn(log: string): number[] {
  return parsed(log).map(({ time }) => Date.parse(time));
}

/** A line that was cut off is left out. */
function parsed(log: string): (Partial<Omit<SyncSecond, 'time'>> & { readonly time: string })[] {
  return log.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Partial<Omit<SyncSecond, 'time'>> & { readonly time: string }];
    } catch {
      return [];
    }
  });
}
