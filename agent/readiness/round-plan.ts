/*
 * Requests of a round of the readiness check, and the pause after it. Every agent of a cluster sends them, so their number
 * decides the load of each broker and of the active controller.
 */
import { MetadataMode } from '../../lib/seam/agent-config';

/** State before a round. */
export interface RoundFacts {
  readonly mode: MetadataMode;
  /** True if the last verdict is ready. */
  readonly isReady: boolean;
  /** True if the ISR or the replica list of a partition of this broker has changed since the last round. */
  readonly isChanged: boolean;
  /** Number of live brokers. */
  readonly brokers: number;
  /** Age of the last description of the quorum in milliseconds; absent without one. */
  readonly quorumAgeMs?: number;
  /** Age of the last attempt to get a second view in milliseconds; absent without one. */
  readonly secondViewAgeMs?: number;
  /** True if that attempt failed. */
  readonly isSecondViewMissing: boolean;
}

/** Requests of a round in addition to the metadata of the broker itself. */
export interface RoundRequests {
  readonly quorum: boolean;
  readonly secondView: boolean;
}

/** Brokers forward each description of the quorum to the active controller: at most 30 per second for a cluster. */
const QUORUM_MS_PER_BROKER = 33;
const MAX_QUORUM_INTERVAL_MS = 10_000;
/**
 * In KRaft mode, the description of the quorum proves that the broker follows the metadata log. A second view adds that the
 * broker also applies what it fetches, which hardly ever fails.
 */
const SECOND_VIEW_INTERVAL_MS = 60_000;
const MISSING_VIEW_INTERVAL_MS = 10_000;

/**
 * Returns the requests of a round. A broker becomes ready by fresh observations only. While it is ready, its own metadata
 * shows in each round if it falls out of sync, and the other observations are repeated at intervals.
 */
export function requestsOf(facts: RoundFacts): RoundRequests {
  const { mode, isReady, isChanged, brokers, quorumAgeMs, secondViewAgeMs, isSecondViewMissing } = facts;
  const isKraft = mode === 'kraft';
  // In ZooKeeper mode, only a second view shows that a broker is disconnected.
  const secondViewIntervalMs = isSecondViewMissing ? MISSING_VIEW_INTERVAL_MS : SECOND_VIEW_INTERVAL_MS;
  return {
    quorum:
      isKraft &&
      (!isReady || isDue(quorumAgeMs, Math.min(MAX_QUORUM_INTERVAL_MS, brokers * QUORUM_MS_PER_BROKER))),
    secondView: !isKraft || !isReady || isChanged || isDue(secondViewAgeMs, secondViewIntervalMs),
  };
}

function isDue(ageMs: number | undefined, intervalMs: number): boolean {
  return ageMs === undefined || ageMs >= intervalMs;
}

/** Cost of a round. */
export interface RoundCost {
  /** Bytes of metadata that servers have sent. */
  readonly bytes: number;
  /** Time until the broker itself had returned its metadata. */
  readonly ms: number;
}

const READY_PAUSE_MS = { least: 2_000, most: 5_000 };
/** A rollout waits for each broker to become ready. Most rounds of a broker that lags fetch a few topics only. */
const NOT_READY_PAUSE_MS = { least: 1_000, most: 2_000 };
/** Metadata that an agent may fetch: 1 MiB per second, about 25 000 partitions. */
const BYTES_PER_MS = 1_048;
/** Time between rounds in relation to the time of a round. */
const PAUSE_RATIO = 20;

/**
 * Returns the pause after a round in milliseconds. It grows with the cost of the round, within limits: a broker that falls
 * out of sync must not stay ready for long.
 *
 * @param isSettled true if the server is in sync and has its leaders back
 */
export function pauseAfter(isSettled: boolean, { bytes, ms }: RoundCost = { bytes: 0, ms: 0 }): number {
  const { least, most } = isSettled ? READY_PAUSE_MS : NOT_READY_PAUSE_MS;
  return Math.min(most, Math.max(least, bytes / BYTES_PER_MS, ms * PAUSE_RATIO));
}
