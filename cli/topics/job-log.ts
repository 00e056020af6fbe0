/*
 * Log of a Job. Its lines are JSON.
 */
import { isSnapshotLine } from '../../agent/topics/snapshot/snapshot';

/** Prints all messages of a log. */
export function printLog(log: string, print: (line: string) => void): void {
  linesOf(log).forEach(({ text }) => print(text));
}

/** Prints the warnings and errors of a log. */
export function printWarnings(log: string, print: (line: string) => void): void {
  linesOf(log)
    .filter(({ level }) => level === 'warn' || level === 'error')
    .forEach(({ text }) => print(text));
}

interface LogLine {
  /** Undefined for a line of another program, such as an error of Node.js. */
  readonly level?: string;
  readonly text: string;
}

function linesOf(log: string): LogLine[] {
  return log
    .split(/\r?\n/)
    .filter((line) => line !== '' && !isSnapshotLine(line))
    .map(parsedLine);
}

function parsedLine(line: string): LogLine {
  try {
    const { level, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level !== 'string' || typeof message !== 'string') {
      return { text: line };
    }
    const details = Object.entries(fields)
      .filter(([key]) => key !== 'time')
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    const text = [message, ...details].join(' ');
    return { level, text: level === 'info' ? text : `${level}: ${text}` };
  } catch {
    return { text: line };
  }
}
