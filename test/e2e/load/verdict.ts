/*
 * Problems and summary of a report.
 */
import { Report } from './program/verdict';

/** A report in one line. */
export function summaryOf(report: Report): string {
  const { acknowledged, missing, refusedHandshakes, connections, longestPauseMs, latencyMs } = report;
  const { idempotent, others } = report.duplicates;
  return (
    `${acknowledged} acknowledged, ${missing} missing, ${idempotent}+${others} twice, ${Object.values(report.errorsByReason).reduce((sum, count) => sum + count, 0)} errors, ` +
    `${refusedHandshakes} refused and ${report.brokenHandshakes} broken of ${connections} handshakes, longest pause ${longestPauseMs} ms, ` +
    `latency p50 ${latencyMs.p50} p99 ${latencyMs.p99} max ${latencyMs.max} ms`
  );
}

/**
 * Problems that clients must not have had.
 *
 * @param hasRestarts whether servers were restarted meanwhile, which ends connections
 */
export function problemsOf(report: Report, hasRestarts = false): string[] {
  const { missing, missingExamples, unconsumed, duplicates, errors, errorsByReason, refusedHandshakes } =
    report;
  return [
    ...(missing > 0 ? [`${missing} acknowledged records are missing: ${missingExamples.join(', ')}`] : []),
    ...(unconsumed > 0
      ? [`${unconsumed} records did not reach the consumer group: ${report.unconsumedExamples.join(', ')}`]
      : []),
    ...(duplicates.idempotent > 0 && errors.length === 0
      ? [`${duplicates.idempotent} records of idempotent producers are there twice`]
      : []),
    ...(errors.length > 0 ? [`clients saw errors: ${said(errorsByReason)}`] : []),
    ...(refusedHandshakes > 0
      ? [`${refusedHandshakes} handshakes were refused: ${said(report.refusedByReason)}`]
      : []),
    ...(report.brokenHandshakes > 0 && !hasRestarts
      ? [`${report.brokenHandshakes} connections ended without an answer: ${said(report.brokenByReason)}`]
      : []),
  ];
}

function said(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ');
}
