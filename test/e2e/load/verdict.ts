/*
 * Problems and summary of a report.
 */
import { Report } from './program/verdict';

/** A report in one line. */
export function summaryOf(report: Report): string {
  const { acknowledged, missing, rejectedHandshakes, connections, longestPauseMs, latencyMs } = report;
  const { idempotent, others } = report.duplicates;
  return (
    `${acknowledged} acknowledged, ${missing} missing, ${idempotent}+${others} twice, ${Object.values(report.errorsByReason).reduce((sum, count) => sum + count, 0)} errors, ` +
    `${rejectedHandshakes} rejected and ${report.brokenHandshakes} broken of ${connections} handshakes, longest pause ${longestPauseMs} ms, ` +
    `latency p50 ${latencyMs.p50} p99 ${latencyMs.p99} max ${latencyMs.max} ms`
  );
}

/**
 * Problems of clients.
 *
 * @param allowed problems that the action causes: restarts of servers end connections
 */
export function problemsOf(
  report: Report,
  allowed: { readonly hasRestarts?: boolean; readonly allowsErrors?: boolean } = {},
): string[] {
  const { missing, missingExamples, unconsumed, duplicates, errors, errorsByReason, rejectedHandshakes } =
    report;
  return [
    ...(missing > 0 ? [`${missing} acknowledged records are missing: ${missingExamples.join(', ')}`] : []),
    ...(unconsumed > 0
      ? [`${unconsumed} records did not reach the consumer group: ${report.unconsumedExamples.join(', ')}`]
      : []),
    ...(duplicates.idempotent > 0 && errors.length === 0
      ? [`${duplicates.idempotent} records of idempotent producers were read twice`]
      : []),
    ...(errors.length > 0 && !allowed.allowsErrors
      ? [`clients had errors: ${formatCounts(errorsByReason)}`]
      : []),
    ...(rejectedHandshakes > 0
      ? [`${rejectedHandshakes} handshakes were rejected: ${formatCounts(report.rejectedByReason)}`]
      : []),
    ...(report.brokenHandshakes > 0 && !allowed.hasRestarts
      ? [
          `${report.brokenHandshakes} connections ended without a response: ${formatCounts(report.brokenByReason)}`,
        ]
      : []),
  ];
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ');
}
