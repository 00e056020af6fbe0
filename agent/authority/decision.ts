/* What an authority decides from, and what a decision is. */
import { PkiConfig } from '../../lib/seam/agent-config';
import { EndpointCheck, EndpointResult, judgeEndpoints } from './endpoint-checks';
import { SecretVerdict } from './leaf-secret';
import { Requests } from './requests';
import { StatefulSetObject } from './statefulset-rollout';
import { PkiState } from './state';

/** What a decision is made from. */
export interface Facts {
  readonly config: PkiConfig;
  readonly state: PkiState;
  readonly now: number;
  readonly requests: Requests;
  /** Of every Secret of the configuration. */
  readonly secrets: ReadonlyMap<string, SecretVerdict>;
  /** Answers to the question of this state; absent while it was not asked. */
  readonly endpointResults?: readonly EndpointResult[];
  /** StatefulSets that have to restart; absent while nobody looked. */
  readonly statefulSets?: ReadonlyMap<string, StatefulSetObject | undefined>;
}

/** One step. `state` is what the state becomes before anything else is done. */
export type Step =
  /** Issue certificates, and then write their Secrets. */
  | { readonly do: 'issue'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Write Secrets whose certificate is right and the rest is not. */
  | { readonly do: 'write'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Make the next CA; `state` is without it. */
  | { readonly do: 'rotate'; readonly state: PkiState }
  | { readonly do: 'save'; readonly state: PkiState }
  | { readonly do: 'restart'; readonly statefulSet: string; readonly uid?: string; readonly id: string }
  /** Decide again with more facts. */
  | { readonly do: 'ask'; readonly check: EndpointCheck }
  | { readonly do: 'look' }
  | { readonly do: 'wait'; readonly seconds: number };

/** An Event. */
export interface EventContent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** A step, and what people should know of it. */
export interface Decision {
  readonly step: Step;
  /** What happens by this step; absent when nothing that people care for. */
  readonly event?: EventContent;
  readonly waitsFor: readonly string[];
}

/** Longest pause between looks while nothing is to be done, and while something is under way. */
export const IDLE_REQUEUE_SECONDS = 10;
export const ACTIVE_REQUEUE_SECONDS = 3;

/** Closed until all endpoints have given the right answer. */
export function waitForEndpoints({ config, state, endpointResults: seen }: Facts, question: EndpointCheck): Decision | undefined {
  if (seen === undefined) {
    return { step: { do: 'ask', check: question }, waitsFor: [] };
  }
  const verdict = judgeEndpoints(question, seen, state, config.unreachableTimeoutSeconds);
  return verdict.passed ? undefined : waitDecision(verdict.waitsFor, ACTIVE_REQUEUE_SECONDS);
}

/** What people hear of something that is as it should be. */
export function normalEvent(reason: string, message: string): EventContent {
  return { type: 'Normal', reason, message };
}

/** Nothing but another state. */
export function saveDecision(state: PkiState): Decision {
  return { step: { do: 'save', state }, waitsFor: [] };
}

/** Nothing for a while. */
export function waitDecision(waitsFor: readonly string[], seconds: number): Decision {
  return { step: { do: 'wait', seconds }, waitsFor };
}
