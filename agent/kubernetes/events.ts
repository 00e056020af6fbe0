/*
 * Events, as `kubectl describe` and `kubectl get events` show them. Nothing depends on them, so a failure to record one
 * is only logged.
 */
import { hostname } from 'node:os';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { createObject } from './client';

/** Time within which an equal Event is not recorded again. */
const DEDUPLICATION_MS = 600_000;
/** The API server rejects longer messages. */
const MESSAGE_LENGTH = 1024;
const COMPONENT = 'cdk8s-kafka-agent';

/** Object that an Event is about. */
export interface InvolvedObject {
  readonly kind: string;
  readonly name: string;
  /** @default v1 */
  readonly apiVersion?: string;
  /** Without it, `kubectl describe` does not show the Event; `kubectl get events` does. */
  readonly uid?: string;
}

/** Records Events of one object. */
export type EventRecorder = (type: 'Normal' | 'Warning', reason: string, message: string) => Promise<void>;

const recordedAt = new Map<string, number>();

/** Records an Event, unless an equal one was recorded within the last ten minutes. Never throws. */
export async function recordEvent(
  namespace: string,
  involved: InvolvedObject,
  ...[type, reason, message]: Parameters<EventRecorder>
): Promise<void> {
  const { kind, name, apiVersion = 'v1', uid } = involved;
  if (!isNewEvent([namespace, kind, name, type, reason, message].join('\n'), performance.now())) {
    return;
  }
  const time = new Date().toISOString().replace(/\.\d+/, '');
  try {
    await createObject(`/api/v1/namespaces/${namespace}/events`, `create on events of ${namespace}`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: { apiVersion, kind, name, namespace, ...(uid === undefined ? {} : { uid }) },
      type,
      reason,
      message: message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH - 1)}…` : message,
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component: COMPONENT },
      reportingComponent: COMPONENT,
      reportingInstance: hostname(),
    });
  } catch (error) {
    log.warn(`cannot record Event: ${message}`, {
      object: `${kind} ${name}`,
      reason,
      error: reasonOf(error),
    });
  }
}

/** Returns a recorder of the Events of a pod. */
export function eventsOfPod(
  namespace: string,
  pod: { readonly name: string; readonly uid: string },
): EventRecorder {
  return (type, reason, message) => recordEvent(namespace, { kind: 'Pod', ...pod }, type, reason, message);
}

function isNewEvent(key: string, now: number): boolean {
  for (const [old, at] of recordedAt) {
    if (now - at >= DEDUPLICATION_MS) {
      recordedAt.delete(old);
    }
  }
  if (recordedAt.has(key)) {
    return false;
  }
  recordedAt.set(key, now);
  return true;
}
