/*
 * The end of a load: everything in one report.
 */
import { ClientError, Counts, Ledger } from './ledger';
import { LatencySummary } from './latencies';
import { Reading, missingIn } from './reading';

/** Report of a load. */
export interface Report {
  /** Records that Kafka has acknowledged. */
  readonly acknowledged: number;
  /** Acknowledged records that are not there. */
  readonly missing: number;
  /** The first of them: producer and numbers. */
  readonly missingExamples: readonly string[];
  /** Acknowledged records that the consumer group did not get. */
  readonly unconsumed: number;
  readonly unconsumedExamples: readonly string[];
  /** Records read more than once: of idempotent producers there must be none, unless they had errors. */
  readonly duplicates: { readonly idempotent: number; readonly others: number };
  /** The first twenty errors of clients. */
  readonly errors: readonly ClientError[];
  readonly errorsByReason: Counts;
  /** Retried failures. */
  readonly retriesByReason: Counts;
  readonly refusedHandshakes: number;
  readonly refusedByReason: Counts;
  /** Connections that ended before their first answer: restarts do that, certificates must not. */
  readonly brokenHandshakes: number;
  readonly brokenByReason: Counts;
  /** Connections that have been opened. */
  readonly connections: number;
  /** The longest time in which a producer got no acknowledgement. */
  readonly longestPauseMs: number;
  readonly latencyMs: LatencySummary;
}

/** Input of a report. */
export interface Findings {
  readonly ledger: Ledger;
  /** Everything that is in the topics. */
  readonly reading: Reading;
  /** Records of the consumer group, if there is one. */
  readonly consumed?: Reading;
  /** Producers whose records the group reads. */
  readonly consumedProducers: readonly string[];
  readonly idempotent: readonly string[];
  readonly connections: number;
}

/** Puts a report together. */
export function reportOf(findings: Findings): Report {
  const { ledger, reading, consumed, consumedProducers, idempotent, connections } = findings;
  const missing = missingIn(reading.missing(ledger.acknowledged));
  const expected = new Map(
    [...ledger.acknowledged].filter(([producer]) => consumedProducers.includes(producer)),
  );
  const unconsumed = missingIn(consumed?.missing(expected) ?? new Map());
  const duplicates = (isIdempotent: boolean) =>
    [...ledger.acknowledged.keys()]
      .filter((producer) => idempotent.includes(producer) === isIdempotent)
      .reduce((sum, producer) => sum + reading.duplicatesOf(producer), 0);
  return {
    acknowledged: ledger.total,
    missing: missing.count,
    missingExamples: missing.examples.slice(0, 10),
    unconsumed: unconsumed.count,
    unconsumedExamples: unconsumed.examples.slice(0, 10),
    duplicates: { idempotent: duplicates(true), others: duplicates(false) },
    errors: ledger.errors,
    errorsByReason: ledger.errorsByReason,
    retriesByReason: ledger.retriesByReason,
    refusedHandshakes: sumOf(ledger.refusedByReason),
    refusedByReason: ledger.refusedByReason,
    brokenHandshakes: sumOf(ledger.brokenByReason),
    brokenByReason: ledger.brokenByReason,
    connections,
    longestPauseMs: ledger.longestPauseMs,
    latencyMs: ledger.latencyMs,
  };
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
