/*
 * The report of a load.
 */
import { ClientError, Counts, Ledger } from './ledger';
import { LatencySummary } from './latencies';
import { Reading, missingIn } from './reading';

/** Report of a load. */
export interface Report {
  /** Records that Kafka has acknowledged. */
  readonly acknowledged: number;
  /** Acknowledged records that were not read back. */
  readonly missing: number;
  /** The first of them: producer and numbers. */
  readonly missingExamples: readonly string[];
  /** Acknowledged records that the consumer group did not read. */
  readonly unconsumed: number;
  readonly unconsumedExamples: readonly string[];
  /** Records that were read more than once. Idempotent producers without errors must have none. */
  readonly duplicates: { readonly idempotent: number; readonly others: number };
  /** The first twenty errors of clients. */
  readonly errors: readonly ClientError[];
  readonly errorsByReason: Counts;
  /** Retried failures. */
  readonly retriesByReason: Counts;
  readonly rejectedHandshakes: number;
  readonly rejectedByReason: Counts;
  /** Connections that ended before their first response. Restarts can cause them, certificates must not. */
  readonly brokenHandshakes: number;
  readonly brokenByReason: Counts;
  /** Opened connections. */
  readonly connections: number;
  /** Longest time without an acknowledgement for a producer. */
  readonly longestPauseMs: number;
  readonly latencyMs: LatencySummary;
}

/** Input of a report. */
export interface Findings {
  readonly ledger: Ledger;
  /** All records of the topics. */
  readonly reading: Reading;
  /** Records of the consumer group, if it exists. */
  readonly consumed?: Reading;
  /** Producers to the topics of the group. */
  readonly consumedProducers: readonly string[];
  readonly idempotent: readonly string[];
  readonly connections: number;
}

/** Creates the report. */
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
    rejectedHandshakes: sumOf(ledger.rejectedByReason),
    rejectedByReason: ledger.rejectedByReason,
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
