/*
 * Cells of the tables of the report.
 */
import { Restart } from '../durations';
import { Result } from '../result';

/** A result as a row: name, verdict, losses, errors, pauses, restarts. */
export function cellsOf({ group, name, findings, restarts, loads }: Result): string[] {
  const unmet = findings.filter(({ isMet }) => !isMet).length;
  const each = (format: (report: NonNullable<Result['loads'][number]['report']>) => string) =>
    loads.map((load) => `${load.name} ${load.report ? format(load.report) : 'unknown'}`).join(', ') ||
    'no clients';
  const totals = restarts.map(({ total }) => total);
  return [
    `${group}: ${name}`,
    unmet === 0 ? 'yes' : `no, ${unmet} of ${findings.length} not`,
    each(({ missing, acknowledged }) => `${missing} of ${acknowledged}`),
    each(({ errorsByReason }) =>
      String(Object.values(errorsByReason).reduce((sum, count) => sum + count, 0)),
    ),
    each(({ longestPauseMs }) => `${longestPauseMs} ms`),
    totals.length === 0 ? 'none' : `${secondsOf(Math.min(...totals))} to ${secondsOf(Math.max(...totals))}`,
  ];
}

/** Column headings of `restartCellsOf`. */
export const RESTART_HEADINGS = [
  'broker',
  'deletion until in sync and leading',
  'stop delayed',
  "Kafka's shutdown",
  "Kafka's start",
  'rest',
];

/** A restart as a row: broker, total, and its parts. */
export function restartCellsOf({ pod, total, delayed, shutdown, start, rest }: Restart): string[] {
  return [pod, ...[total, delayed, shutdown, start, rest].map(secondsOf)];
}

function secondsOf(seconds: number | undefined): string {
  return seconds === undefined ? 'unknown' : `${seconds.toFixed(1)} s`;
}
