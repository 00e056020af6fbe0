/*
 * Events: what people see under `kubectl describe` and `kubectl get events`. They help, and nothing depends on them, so
 * one that cannot be written is a line in the log.
 */
import { hostname } from 'node:os';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { createObject } from './client';

/** How long an Event is not repeated. */
const DEDUPLICATION_MS = 600_000;
/** The API server refuses longer messages. */
const MESSAGE_LENGTH = 1024;
const COMPONENT = 'cdk8s-kafka-agent';

/** What an Event is about. */
export interface InvolvedObject {
  readonly kind: string;
  readonly name: string;
  /** `v1` when absent. */
  readonly apiVersion?: string;
  /** Without it `kubectl describe` does not show the Event, `kubectl get events` does. */
  readonly uid?: string;
}

const recordedAt = new Map<string, number>();

/** Records an Event. One that was recorded within the last ten minutes is not repeated. Never throws. */
export async function recordEvent(
  namespace: string,
  involved: InvolvedObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
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
    log.warn(`an Event could not be recorded: ${message}`, {
      of: `${kind} ${name}`,
      reason,
      why: reasonOf(error),
    });
  }
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
