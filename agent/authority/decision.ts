/* Inputs and results of the decision about the next step. */
import { PkiConfig } from '../../lib/seam/agent-config';
import { EndpointCheck, EndpointResult, judgeEndpoints } from './endpoint-checks';
import { Repairs } from './contested-secrets';
import { SecretVerdict } from './leaf-secret';
import { Requests } from './requests';
import { StatefulSetObject } from './statefulset-rollout';
import { PkiState } from './state';

/** Inputs of a decision. */
export interface Facts {
  readonly config: PkiConfig;
  readonly state: PkiState;
  readonly now: number;
  readonly requests: Requests;
  /** Verdicts on all Secrets of the configuration. */
  readonly secrets: ReadonlyMap<string, SecretVerdict>;
  /** Secrets that were written again before, because another client had changed them. */
  readonly contested?: ReadonlyMap<string, ContestedSecret>;
  /** Results of the endpoint check of this state; absent before the check. */
  readonly endpointResults?: readonly EndpointResult[];
  /** StatefulSets that have to restart; absent before they are read. */
  readonly statefulSets?: ReadonlyMap<string, StatefulSetObject | undefined>;
}

/** A Secret that another client has changed. */
export interface ContestedSecret extends Repairs {
  /** The change and the client that made it. */
  readonly change: string;
}

/** One step. `state` is saved before all other effects of the step. */
export type Step =
  /** Issue certificates and write their Secrets. */
  | { readonly do: 'issue'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Write Secrets that have the right certificate but other outdated content. */
  | { readonly do: 'write'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Create the next CA, which `state` does not contain yet. */
  | { readonly do: 'rotate'; readonly state: PkiState }
  | { readonly do: 'save'; readonly state: PkiState }
  | { readonly do: 'restart'; readonly statefulSet: string; readonly uid?: string; readonly id: string }
  /** Collect more facts and decide again. */
  | { readonly do: 'check endpoints'; readonly check: EndpointCheck }
  | { readonly do: 'read StatefulSets' }
  | { readonly do: 'wait'; readonly seconds: number };

/** Content of an Event. */
export interface EventContent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** A step with its report. */
export interface Decision {
  readonly step: Step;
  /** Event of this step; absent if the step is not worth one. */
  readonly event?: EventContent;
  readonly waitingFor: readonly string[];
}

/** Maximum pause while there is nothing to do, and during a rotation or rollout. */
export const IDLE_REQUEUE_SECONDS = 10;
export const ACTIVE_REQUEUE_SECONDS = 3;

/** Waits until all endpoints pass a check. Returns undefined if they have passed. */
export function waitForEndpoints(
  { config, state, endpointResults }: Facts,
  check: EndpointCheck,
): Decision | undefined {
  if (endpointResults === undefined) {
    return { step: { do: 'check endpoints', check }, waitingFor: [] };
  }
  const verdict = judgeEndpoints(check, endpointResults, state, config.unreachableTimeoutSeconds);
  return verdict.passed ? undefined : waitDecision(verdict.waitingFor, ACTIVE_REQUEUE_SECONDS);
}

/** An Event of type Normal. */
export function normalEvent(reason: string, message: string): EventContent {
  return { type: 'Normal', reason, message };
}

/** A decision to save a state. */
export function saveDecision(state: PkiState): Decision {
  return { step: { do: 'save', state }, waitingFor: [] };
}

/** A decision to wait. */
export function waitDecision(waitingFor: readonly string[], seconds: number): Decision {
  return { step: { do: 'wait', seconds }, waitingFor };
}
