/*
 * Progress of a Job of the topic synchronization: its objects in, verdict out.
 */

/** A Job. */
export interface Job {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
    readonly waiting?: { readonly reason?: string; readonly message?: string };
  };
}

/** A pod. */
export interface Pod {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly phase?: string;
    /** Reason for which the kubelet or a controller has ended the pod, such as `Evicted`. */
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Progress of the program of a Job. */
export type Progress =
  | {
      readonly kind: 'finished';
      readonly pod: string;
      readonly exitCode: number;
      /** Reason for which the program was ended by something else. */
      readonly endedBy?: string;
    }
  | { readonly kind: 'running' }
  /** The program has not started. Without a pod, `pod` is undefined. */
  | { readonly kind: 'waiting'; readonly pod?: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Reasons of a program that has ended by itself. */
const OWN_REASONS = ['Completed', 'Error'];
/** Reasons of a container that is about to start. */
const USUAL_REASONS = ['ContainerCreating', 'PodInitializing'];

/** Progress of a program that has ended; undefined if it has not. Other containers of the pod can still run. */
export function finishedIn(pods: readonly Pod[], container: string): Progress | undefined {
  for (const { metadata, status } of pods) {
    const terminated = programOf(status, container)?.state?.terminated;
    if (terminated !== undefined) {
      const { exitCode, reason = '', message } = terminated;
      const killed = OWN_REASONS.includes(reason) ? '' : textOf({ reason, message });
      const endedBy = exitCode === 0 ? '' : textOf({ reason: status?.reason, message: status?.message });
      return { kind: 'finished', pod: metadata.name, exitCode, endedBy: endedBy || killed || undefined };
    }
  }
  return undefined;
}

/**
 * Progress of a program that has not ended.
 *
 * @param job undefined if it does not exist
 */
export function progressOf(pods: readonly Pod[], job: Job | undefined, container: string): Progress {
  if (job === undefined) {
    return { kind: 'failed', reason: 'somebody has deleted it' };
  }
  const pod = pods.at(-1);
  const podFailure = pod?.status?.phase === 'Failed' ? failureOf(pod) : undefined;
  const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
  if (podFailure !== undefined || failed !== undefined) {
    return { kind: 'failed', reason: podFailure || textOf(failed ?? {}) || 'Kubernetes gives no reason' };
  }
  const state = pod === undefined ? undefined : programOf(pod.status, container)?.state;
  if (state?.running !== undefined) {
    return { kind: 'running' };
  }
  return { kind: 'waiting', pod: pod?.metadata.name, reason: waitingReason(pod, state) };
}

function programOf(status: Pod['status'], container: string): ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ name }) => name === container);
}

/** The pod has failed before its program could end, for example because of an eviction. */
function failureOf({ status }: Pod): string {
  const failed = status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  return failed === undefined
    ? textOf(status ?? {})
    : `its init container '${failed.name}' has exit code ${failed.state?.terminated?.exitCode}`;
}

function waitingReason(pod: Pod | undefined, state: ContainerStatus['state']): string {
  const { reason, message } = state?.waiting ?? {};
  if (message === undefined && USUAL_REASONS.includes(reason ?? '')) {
    return '';
  }
  const condition = pod?.status?.conditions?.find((one) => one.message);
  return textOf({ reason, message: message ?? condition?.message });
}

/** Text of a reason with its message. */
export function textOf({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message?.trim()].filter(Boolean).join(': ');
}
