import { Pod, conditionOf, statusesOf } from '../kubernetes/objects';
import { PodSample } from './recording';

/** Output of `kubectl get --watch --output-watch-events`. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Pod;
}

/** Names of containers of servers. */
const SERVERS = ['kafka', 'zookeeper'];

/** State of a pod in a watch event. */
export function sampleOf({ type, object }: WatchEvent, time: number): PodSample {
  const { name, uid = '', deletionTimestamp } = object.metadata;
  const statuses = statusesOf(object);
  const server = statuses.find((status) => SERVERS.includes(status.name));
  const startedAt = Date.parse(server?.state.running?.startedAt ?? '');
  const endedAt = Date.parse(server?.state.terminated?.finishedAt ?? '');
  const isGone = type === 'DELETED';
  return {
    time,
    pod: name,
    uid,
    isGone,
    // A terminating pod has the condition Ready as long as its probes succeed.
    isReady: !isGone && conditionOf(object, 'Ready')?.status === 'True',
    isDeleting: deletionTimestamp !== undefined,
    restarts: Object.fromEntries(statuses.map((status) => [status.name, status.restartCount])),
    ...(isGone || Number.isNaN(startedAt) ? {} : { startedAt }),
    ...(Number.isNaN(endedAt) ? {} : { endedAt }),
  };
}
