import { Pod, conditionOf, statusesOf } from '../kubernetes/objects';
import { PodSample } from './recording';

/** Output of `kubectl get --watch --output-watch-events`. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Pod;
}

/** Containers that a server is of. */
const SERVERS = ['kafka', 'zookeeper'];

/** A pod as an event shows it. */
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
    // Kubernetes calls a pod ready while it is being deleted, for as long as its probes say so.
    isReady: !isGone && conditionOf(object, 'Ready')?.status === 'True',
    isDeleting: deletionTimestamp !== undefined,
    restarts: Object.fromEntries(statuses.map((status) => [status.name, status.restartCount])),
    ...(isGone || Number.isNaN(startedAt) ? {} : { startedAt }),
    ...(Number.isNaN(endedAt) ? {} : { endedAt }),
  };
}
