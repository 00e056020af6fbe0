/*
 * Cells of the tables of the report.
 */
import { Restart } from '../durations';
import { Result } from '../result';

/** A result in one line: name, verdict, losses, errors, pauses, restarts. */
export function cellsOf({ group, name, findings, restarts, loads }: Result): string[] {
  const unmet = findings.filter(({ isMet }) => !isMet).length;
  const each = (say: (report: NonNullable<Result['loads'][number]['report']>) => string) =>
    loads.map((load) => `${load.name} ${load.report ? say(load.report) : 'unknown'}`).join(', ') ||
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
  'delete to in sync with its leaders',
  'stop held',
  "Kafka's shutdown",
  "Kafka's start",
  'rest',
];

/** A restart in one line: broker, total, and its parts. */
export function restartCellsOf({ pod, total, held, shutdown, start, rest }: Restart): string[] {
  return [pod, ...[total, held, shutdown, start, rest].map(secondsOf)];
}

function secondsOf(seconds: number | undefined): string {
  return seconds === undefined ? 'unknown' : `${seconds.toFixed(1)} s`;
}
