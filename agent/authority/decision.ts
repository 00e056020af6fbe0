/* What an authority decides from, and what a decision is. */
import { PkiConfig } from '../../lib/seam/agent-config';
import { Question, Seen, judgeEndpoints } from './gates';
import { SecretVerdict } from './leaf-secret';
import { Requests } from './requests';
import { StatefulSetObject } from './restarts';
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
  readonly seen?: readonly Seen[];
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
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'look' }
  | { readonly do: 'wait'; readonly seconds: number };

/** An Event. */
export interface News {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** A step, and what people should know of it. */
export interface Decision {
  readonly step: Step;
  /** What happens by this step; absent when nothing that people care for. */
  readonly news?: News;
  readonly waitsFor: readonly string[];
}

/** Longest pause between looks while nothing is to be done, and while something is under way. */
export const CALM_SECONDS = 10;
export const EAGER_SECONDS = 3;

/** Closed until all endpoints have given the right answer. */
export function gate({ config, state, seen }: Facts, question: Question): Decision | undefined {
  if (seen === undefined) {
    return { step: { do: 'ask', question }, waitsFor: [] };
  }
  const verdict = judgeEndpoints(question, seen, state, config.absenceSeconds);
  return verdict.open ? undefined : wait(verdict.waitsFor, EAGER_SECONDS);
}

/** What people hear of something that is as it should be. */
export function normal(reason: string, message: string): News {
  return { type: 'Normal', reason, message };
}

/** Nothing but another state. */
export function save(state: PkiState): Decision {
  return { step: { do: 'save', state }, waitsFor: [] };
}

/** Nothing for a while. */
export function wait(waitsFor: readonly string[], seconds: number): Decision {
  return { step: { do: 'wait', seconds }, waitsFor };
}
