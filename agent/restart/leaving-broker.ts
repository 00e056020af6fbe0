/*
 * A broker leaves if its StatefulSet no longer includes it, because the ids of its map were lowered or moved. No pod comes back
 * for its replicas, so the stop waits until other brokers have them, or until an operator accepts the removal.
 */
import { ACCEPT_REMOVAL_ANNOTATION } from '../../lib/seam/agent-config';
import { ForceState, formatForceRequest } from '../annotations/force-request';
import { EventRecorder } from '../kubernetes/events';
import { truncatedList } from '../text/truncated-list';
import { withoutNumbers } from '../text/without-numbers';
import { StatefulSet, isScaledDown } from './stateful-set';
import { StopVerdict, mustWait } from './stop-verdict';

/** Observations of a broker that may leave. */
export interface LeavingFacts {
  readonly self: number;
  readonly statefulSet: string;
  /** True if the StatefulSet no longer includes the broker. */
  readonly isLeaving: boolean;
  /** State of the annotation that accepts the removal. */
  readonly acceptance: ForceState;
}

/** A verdict, and the problem to report if the broker leaves with replicas. */
export interface LeavingVerdict {
  readonly verdict: StopVerdict;
  readonly problem?: string;
}

/** Decides if a broker that may stop otherwise has to wait because it leaves with replicas. */
export function judgeLeaving(verdict: StopVerdict, facts: LeavingFacts): LeavingVerdict {
  const { self, statefulSet, isLeaving, acceptance } = facts;
  const replicas = verdict.replicas ?? [];
  if (!isLeaving || replicas.length === 0) {
    return { verdict };
  }
  const leaving = `StatefulSet ${statefulSet} no longer includes broker ${self}, which has ${replicas.length} replicas`;
  if (acceptance.kind === 'active') {
    const accepted = `${leaving}; the removal is ${formatForceRequest(acceptance.request)}`;
    return { verdict: { ...verdict, reason: `${verdict.reason}; ${accepted}` } };
  }
  const ignored =
    acceptance.kind === 'ignored'
      ? `; annotation ${ACCEPT_REMOVAL_ANNOTATION} is ignored: ${acceptance.reason}`
      : '';
  const problem =
    `${leaving}. Move them to other brokers, or include the broker again, or annotate the StatefulSet with ` +
    `${ACCEPT_REMOVAL_ANNOTATION}='until=<time>; by=<name>; reason=<text>'${ignored}`;
  return {
    problem,
    verdict: verdict.mayStop
      ? {
          ...mustWait(`${leaving} (${truncatedList([...replicas])})${ignored}`, verdict.atRisk),
          isLeaving: true,
        }
      : { ...verdict, isLeaving: true },
  };
}

/** Dependencies of the guard. */
export interface LeavingEdges {
  /** The StatefulSet as it was last read. */
  readonly owner: () => StatefulSet | undefined;
  /** Evaluates the annotation that accepts the removal. */
  readonly evaluate: (value: string | undefined) => ForceState;
  /** Records an Event of the pod. */
  readonly recordEvent: EventRecorder;
}

/** Applies the decision to the verdicts of one broker, and reports each problem once. */
export class LeavingGuard {
  private reported = '';

  constructor(
    private readonly self: number,
    private readonly statefulSet: string,
    private readonly edges: LeavingEdges,
  ) {}

  /** Judges the verdict. */
  judge(verdict: StopVerdict): StopVerdict {
    const { self, statefulSet } = this;
    const owner = this.edges.owner();
    const judged = judgeLeaving(verdict, {
      self,
      statefulSet,
      isLeaving: isScaledDown(self, owner),
      acceptance: this.edges.evaluate(owner?.metadata.annotations?.[ACCEPT_REMOVAL_ANNOTATION]),
    });
    const key = withoutNumbers(judged.problem ?? '');
    if (judged.problem !== undefined && key !== this.reported) {
      void this.edges.recordEvent('Warning', 'LeavingWithReplicas', judged.problem);
    }
    this.reported = key;
    return judged.verdict;
  }
}
