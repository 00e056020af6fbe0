import { Duration } from 'cdk8s';

/** Timers of agents are limited to 24 days: Node.js stores milliseconds in 31 bits. */
const MAX_SECONDS = 7 * 86_400;

const MINIMUM_SECONDS = { '1 second': 1, '1 minute': 60, '5 minutes': 300 } as const;

/** A lower bound of a duration, as messages name it. */
export type Minimum = keyof typeof MINIMUM_SECONDS;

/** Whole seconds, rounded up: Kubernetes fields count whole seconds. */
export function secondsOf(duration: Duration): number {
  return Math.ceil(duration.toSeconds({ integral: false }));
}

/** @throws when a duration is below its minimum or above 7 days */
export function checkedDuration(what: string, duration: Duration, minimum: Minimum = '1 second'): Duration {
  const seconds = duration.toSeconds({ integral: false });
  if (!(seconds >= MINIMUM_SECONDS[minimum]) || seconds > MAX_SECONDS) {
    throw new Error(`${what} is ${formatSeconds(seconds)}; it must be between ${minimum} and 7 days`);
  }
  return duration;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Formats seconds in the largest unit that keeps them whole: `3 days`, `90 minutes`, `250 ms`. */
export function formatSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 1) {
    return `${seconds * 1000} ms`;
  }
  const [unit, size] = UNITS.find(([, length]) => seconds > 0 && seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
