import { ConflictError } from '../../kubernetes/client';
import { OperatorError, reasonOf } from '../../runtime/errors';
import { log } from '../../runtime/log';
import { TopicSyncEdges } from '../edges';
import { StatusObject } from '../kubernetes-topics';
import { TopicMemory } from '../plan/prune';
import { recordEvents } from './announce';
import { RunReport, unreachableReport } from './run-report';
import { statusContent } from './status-content';
import { STATUS_KEYS } from './status-keys';
import { countsIn } from './status-reader';

/** True before the first run that has compared all topics. */
export function isFirstRun({ binaryData }: StatusObject): boolean {
  return binaryData[STATUS_KEYS.memory] === undefined;
}

/** Records that a run has ended because Kafka does not answer. What earlier runs remember stays. */
export async function recordUnreachable(
  error: OperatorError,
  status: StatusObject,
  edges: TopicSyncEdges,
): Promise<void> {
  const before = Object.fromEntries(countsIn(status.data[STATUS_KEYS.counts]));
  const report = unreachableReport(`${error.message}; ${error.hint}`, before);
  await writeStatus(report, status, undefined, edges);
}

/**
 * Writes the result of a run. A failure is logged.
 *
 * @param status as the run has read it
 * @param memory absent if the memory of the run before stays
 */
export async function writeStatus(
  report: RunReport,
  status: StatusObject,
  memory: TopicMemory | undefined,
  { kubernetes, now }: TopicSyncEdges,
): Promise<void> {
  await recordEvents(report, status, kubernetes);
  const content = statusContent(report, memory, now());
  try {
    await kubernetes.writeStatus(status, content).catch(async (error: unknown) => {
      const current = error instanceof ConflictError ? await kubernetes.status() : status;
      // An operator has set an annotation, unless another run has ended.
      if (current === status || current.data[STATUS_KEYS.lastRun] !== status.data[STATUS_KEYS.lastRun]) {
        throw error;
      }
      await kubernetes.writeStatus(current, content);
    });
  } catch (error) {
    if (error instanceof ConflictError) {
      log.info('another run has written the status at the same time');
    } else {
      log.warn('the status cannot be written; the next run tries again', { reason: reasonOf(error) });
    }
  }
}
