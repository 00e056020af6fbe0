/*
 * State of a CA. It is stored in a Secret, so a new process continues at the step where the previous one ended.
 */
import { LeafConfig, PkiConfig } from '../../lib/seam/agent-config';

/**
 * Phase of a rotation. `stable`: no rotation. `distributing-ca`: all servers and clients start to trust the new CA, while
 * the old CA issues certificates. `reissuing`: the new CA issues all certificates. `removing-ca`: the old CA is no longer
 * trusted.
 */
export type Phase = 'stable' | 'distributing-ca' | 'reissuing' | 'removing-ca';
export const PHASES: readonly Phase[] = ['stable', 'distributing-ca', 'reissuing', 'removing-ca'];

/** Data of an issued CA or certificate. Times are ISO 8601. */
interface Issued {
  readonly fingerprint: string;
  readonly serial: string;
  readonly issued: string;
  readonly notAfter: string;
}

/** A CA. Its certificate and key are stored in the same Secret as the state. */
export interface CaRecord extends Issued {
  readonly number: number;
  /** True for a CA that was found in the Secrets of certificates after the state was lost: trusted, but unable to sign. */
  readonly keyless?: true;
}

/** An issued certificate. Its key is stored only in its own Secret. */
export interface LeafRecord extends Issued {
  readonly ca: number;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
}

/** A rollout of all StatefulSets, one after another. */
export interface Rollout {
  /** Value of the pod template annotation that causes the restart. */
  readonly id: string;
  /** Earliest start, after the restart notice. */
  readonly notBefore: string;
  /** StatefulSets that have restarted. */
  readonly restarted: readonly string[];
}

/** Values of the request annotations. */
export interface RotationRequest {
  readonly renew?: string;
  readonly rotate?: string;
}

/** State of one CA and its certificates. */
export interface PkiState {
  readonly version: 1;
  readonly phase: Phase;
  readonly since: string;
  /** Time since which all Secrets match this state; absent while they have to be written. */
  readonly secretsWrittenAt?: string;
  /** CAs, oldest first. */
  readonly cas: readonly CaRecord[];
  /** Number of the CA that issues certificates. */
  readonly issuingCa: number;
  readonly certificates: { readonly [secret: string]: LeafRecord };
  /** Last handled requests. */
  readonly handledRequests: RotationRequest;
  /** Pending rollout. */
  readonly rollout?: Rollout;
}

/** State of a new CA. */
export function firstState(ca: CaRecord, handledRequests: RotationRequest, now: number): PkiState {
  return {
    version: 1,
    phase: 'stable',
    since: iso(now),
    cas: [ca],
    issuingCa: ca.number,
    certificates: {},
    handledRequests,
  };
}

/** Numbers of the CAs that all servers and clients must trust. */
export function trustedCaNumbers({ phase, cas, issuingCa }: PkiState): readonly number[] {
  return cas
    .map((ca) => ca.number)
    .filter((number) => number === issuingCa || phase === 'distributing-ca' || phase === 'reissuing');
}

/** CA that signs new certificates. */
export function signingCa(state: PkiState): CaRecord {
  const issuer = caByNumber(state, state.issuingCa);
  // If the key is lost, the next CA signs missing certificates, although not all servers trust it yet.
  return issuer.keyless ? newestCa(state) : issuer;
}

/** CA with a number. */
export function caByNumber({ cas }: PkiState, number: number): CaRecord {
  return cas.find((ca) => ca.number === number)!;
}

/** CA that was created last. */
export function newestCa({ cas }: PkiState): CaRecord {
  return cas[cas.length - 1];
}

/** Starts a rotation: the new CA is trusted in addition to the old ones. */
export function withNewCa(state: PkiState, ca: CaRecord, now: number): PkiState {
  return { ...enterPhase(state, 'distributing-ca', now), cas: [...state.cas, ca] };
}

/** Enters a phase. The desired content of Secrets may change, so they are pending. */
export function enterPhase(state: PkiState, phase: Phase, now: number): PkiState {
  return { ...markSecretsPending(state), phase, since: iso(now) };
}

/** Marks that Secrets have to be written. */
export function markSecretsPending(state: PkiState): PkiState {
  return { ...state, secretsWrittenAt: undefined };
}

/** Adds a rollout. A rollout in progress starts again. */
export function withRollout(
  state: PkiState,
  config: PkiConfig,
  now: number,
  noticeSeconds: number,
): PkiState {
  if (config.restartedStatefulSets.length === 0) {
    return state;
  }
  const earliest = now + noticeSeconds * 1000;
  const announced = state.rollout ? Math.min(Date.parse(state.rollout.notBefore), earliest) : earliest;
  return {
    ...state,
    rollout: { id: iso(now), notBefore: iso(Math.max(announced, now)), restarted: [] },
  };
}

/** True if a certificate was issued for other names than its configuration has. */
export function hasOtherNames(record: LeafRecord, leaf: LeafConfig): boolean {
  const names = ({ commonName, dnsNames }: LeafRecord | LeafConfig) =>
    JSON.stringify([commonName, [...dnsNames].sort()]);
  return names(record) !== names(leaf);
}

/** Formats a time for the state. */
export function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Returns the state for new certificates, with a rollout if they require one. */
export function reissue(
  state: PkiState,
  config: PkiConfig,
  now: number,
  replaced: readonly string[],
  noticeSeconds: number,
): PkiState {
  // Certificates of the old CA are replaced again soon, so they get no rollout.
  return replaced.length === 0 || state.phase === 'distributing-ca'
    ? markSecretsPending(state)
    : withRollout(markSecretsPending(state), config, now, state.phase === 'stable' ? noticeSeconds : 0);
}
