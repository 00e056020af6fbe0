/*
 * A pod that reports the state of replicas once a second. It connects to brokers itself: kubectl and Kafka's tools would
 * overload a small machine.
 */
import { join } from 'node:path';
import { startProgramPod } from '../load/program-pod';
import { kubectl } from '../kubernetes/kubectl';
import { untilReady } from '../kubernetes/pods';
import { readWhole } from '../kubernetes/whole-output';
import { eventually } from '../waiting';
import { Expectations, clientIdentity } from '../world';
import { SyncSecond } from './recording';

const NAME = 'e2e-observer';
const SCRATCH = '/scratch';
/** On a busy machine it misses some seconds. A log that ends earlier was truncated. */
const SLACK_MS = 10_000;

/** Starts it, and waits for its first observation. */
export async function startObserver(expectations: Expectations): Promise<void> {
  const { namespace, clusterName } = expectations;
  await startProgramPod(expectations, {
    name: NAME,
    ...clientIdentity(expectations),
    entry: join(__dirname, 'program', 'main.ts'),
    settings: { bootstrap: `${clusterName}-bootstrap.${namespace}.svc.cluster.local:9092`, scratch: SCRATCH },
    scratch: SCRATCH,
  });
  await untilReady(namespace, [NAME], 120);
  await eventually('the first observation', 120, async () => {
    const log = await kubectl(['logs', NAME, `--namespace=${namespace}`, '--tail=3']);
    return syncSecondsIn(log).length > 0 ? { done: undefined } : { state: log };
  });
}

/** Waits until every broker is in sync and leads its preferred partitions. */
export async function untilLeadersAreBack({ namespace }: Expectations): Promise<void> {
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
  { namespace }: Expectations,
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

/** Seconds of its output with a response of a broker. */
export function syncSecondsIn(log: string): SyncSecond[] {
  return parsed(log).flatMap(({ time, ...rest }) =>
    rest.brokers === undefined ? [] : [{ ...(rest as Omit<SyncSecond, 'time'>), time: Date.parse(time) }],
  );
}

function timesIn(log: string): number[] {
  return parsed(log).map(({ time }) => Date.parse(time));
}

/** Truncated lines are ignored. */
function parsed(log: string): (Partial<Omit<SyncSecond, 'time'>> & { readonly time: string })[] {
  return log.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Partial<Omit<SyncSecond, 'time'>> & { readonly time: string }];
    } catch {
      return [];
    }
  });
}
