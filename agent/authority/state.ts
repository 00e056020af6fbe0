/*
 * What an authority knows of itself. It is kept in a Secret, so a new process goes on where the old one stopped: nothing
 * that matters is kept in memory.
 */
import { LeafConfig, PkiConfig } from '../../lib/seam/agent-config';

/**
 * Where a rotation is: `stable`; `trusting`, everybody learns of the new CA while certificates are still of the old one;
 * `renewing`, everybody gets a certificate of the new CA; `dropping`, everybody forgets the old CA.
 */
export type Phase = 'stable' | 'trusting' | 'renewing' | 'dropping';
export const PHASES: readonly Phase[] = ['stable', 'trusting', 'renewing', 'dropping'];

/** What is known of anything with an end. Times are ISO 8601. */
interface Issued {
  readonly fingerprint: string;
  readonly serial: string;
  readonly issued: string;
  readonly notAfter: string;
}

/** A certificate authority. Its certificate and key lie beside the state. */
export interface CaRecord extends Issued {
  readonly number: number;
  /** Found in the Secrets of certificates when there was no state: it is trusted, and cannot sign any more. */
  readonly keyless?: true;
}

/** A certificate that was issued. Its key is in its own Secret alone. */
export interface LeafRecord extends Issued {
  readonly ca: number;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
}

/** One pass of restarts over all StatefulSets. */
export interface Rollout {
  /** Value of the annotation that makes the pods restart. */
  readonly id: string;
  /** Not before this, so that it can be announced. */
  readonly notBefore: string;
  /** StatefulSets that have done it. */
  readonly done: readonly string[];
}

/** Requests of people: values of annotations. */
export interface RotationRequest {
  readonly renew?: string;
  readonly rotate?: string;
}

/** State of one authority. */
export interface PkiState {
  readonly version: 1;
  readonly phase: Phase;
  readonly since: string;
  /** Since when all Secrets hold what this state says; absent while they have to be written. */
  readonly settledAt?: string;
  /** The oldest first. */
  readonly cas: readonly CaRecord[];
  /** Number of the CA whose certificates everybody is to have. */
  readonly issuing: number;
  readonly leaves: { readonly [secret: string]: LeafRecord };
  /** The last requests that were met. */
  readonly handled: RotationRequest;
  /** Restarts that are still to be done. */
  readonly pass?: Rollout;
}

/** The state of an authority that begins. */
export function firstState(ca: CaRecord, handled: RotationRequest, now: number): PkiState {
  return {
    version: 1,
    phase: 'stable',
    since: iso(now),
    cas: [ca],
    issuing: ca.number,
    leaves: {},
    handled,
  };
}

/** Numbers of the CAs that everybody is to trust. */
export function trustedCaNumbers({ phase, cas, issuing }: PkiState): readonly number[] {
  return cas
    .map((ca) => ca.number)
    .filter((number) => number === issuing || phase === 'trusting' || phase === 'renewing');
}

/** The CA that signs what is issued now. */
export function signingCa(state: PkiState): CaRecord {
  const wanted = caByNumber(state, state.issuing);
  // Where the key is lost, what is missing must come from the next CA, although not everybody trusts it yet.
  return wanted.keyless ? newestCa(state) : wanted;
}

/** The CA of a number. */
export function caByNumber({ cas }: PkiState, number: number): CaRecord {
  return cas.find((ca) => ca.number === number)!;
}

/** The CA that was made last. */
export function newestCa({ cas }: PkiState): CaRecord {
  return cas[cas.length - 1];
}

/** Begins a rotation: the new CA is trusted beside the old ones. */
export function withNewCa(state: PkiState, ca: CaRecord, now: number): PkiState {
  return { ...enterPhase(state, 'trusting', now), cas: [...state.cas, ca] };
}

/** Goes to a phase. What the Secrets must hold may change by it, so they are not settled. */
export function enterPhase(state: PkiState, phase: Phase, now: number): PkiState {
  return { ...markSecretsPending(state), phase, since: iso(now) };
}

/** The same state while Secrets have to be written. */
export function markSecretsPending(state: PkiState): PkiState {
  return { ...state, settledAt: undefined };
}

/** Asks for a pass of restarts. One that is under way begins anew. */
export function withRollout(state: PkiState, config: PkiConfig, now: number, noticeSeconds: number): PkiState {
  if (config.restartedStatefulSets.length === 0) {
    return state;
  }
  const soonest = now + noticeSeconds * 1000;
  const announced = state.pass ? Math.min(Date.parse(state.pass.notBefore), soonest) : soonest;
  return {
    ...state,
    pass: { id: iso(now), notBefore: iso(Math.max(announced, now)), done: [] },
  };
}

/** Whether a certificate was issued for other names than are wanted now. */
export function hasOtherNames(record: LeafRecord, leaf: LeafConfig): boolean {
  const names = ({ commonName, dnsNames }: LeafRecord | LeafConfig) =>
    JSON.stringify([commonName, [...dnsNames].sort()]);
  return names(record) !== names(leaf);
}

/** A time as the state has it. */
export function iso(time: number): string {
  return new Date(time).toISOString();
}
