/*
 * Acceptance of the loss of data. It is valid for one loss: it has an end time, and after the server has joined an ISR or the quorum
 * again, it is not valid for a later loss.
 */
import { ACCEPT_DATA_LOSS_ANNOTATION } from '../../lib/seam/agent-config';
import { ForceRequest, ForceRequestEvaluator, ForceState } from './force-request';

/** An acceptance with which a server was started, as the ledger records it. */
export interface UsedAcceptance {
  /** End of the acceptance, in ISO 8601. */
  readonly until: string;
  readonly by: string;
  readonly reason: string;
  /** UID of the pod. */
  readonly pod: string;
  /** Partitions that were given up. */
  readonly givenUp: string;
  /** True after the server has joined an ISR or the quorum again. */
  readonly isClosed?: true;
}

/** Evaluates the annotation of a pod over time. */
export class LossAcceptance {
  private readonly requests: ForceRequestEvaluator;

  constructor(
    private readonly podUid: string,
    private readonly used: UsedAcceptance | undefined,
    limitSeconds: number,
  ) {
    this.requests = new ForceRequestEvaluator(limitSeconds);
  }

  /** Evaluates the current value of the annotation. */
  evaluate(value: string | undefined, now: number): ForceState {
    const state = this.requests.evaluate(value, now);
    return state.kind === 'active' && this.isSpent(state.request)
      ? {
          kind: 'ignored',
          reason: `it has been used for an earlier loss: ${this.used?.givenUp}. Accept this loss with a new one`,
        }
      : state;
  }

  /** A pod can be interrupted between the acceptance and the start of its server. Then it may use the acceptance again. */
  private isSpent({ until, by, reason }: ForceRequest): boolean {
    const { used } = this;
    return (
      used !== undefined &&
      Date.parse(used.until) === until &&
      used.by === by &&
      used.reason === reason &&
      (used.isClosed === true || used.pod !== this.podUid)
    );
  }
}

/** Formats an acceptance for messages: `jane until 2026-03-01T13:00:00.000Z: the disk failed`. */
export function formatAcceptance({ until, by, reason }: ForceRequest): string {
  return `${by} until ${new Date(until).toISOString()}: ${reason}`;
}

/** States how to accept a loss, and why the present annotation does not. */
export function acceptanceHint(
  { namespace, podName }: { readonly namespace: string; readonly podName: string },
  state: ForceState,
): string {
  const command = `npx cdk8s-kafka accept-data-loss --namespace ${namespace} --pod ${podName} --for 1h --reason '<reason>'`;
  return (
    `To start nevertheless, accept the loss of data: ${command}` +
    (state.kind === 'ignored'
      ? `. The annotation ${ACCEPT_DATA_LOSS_ANNOTATION} is ignored: ${state.reason}`
      : '')
  );
}
