import { Duration } from 'cdk8s';
import { format } from './kinds';

/** Timers of agents count milliseconds in 31 bits, which are 24 days. */
const MOST_SECONDS = 7 * 86_400;

const LEAST = { 'a second': 1, 'a minute': 60, '5 minutes': 300 } as const;

/** What a duration must be at least, in words. */
export type Minimum = keyof typeof LEAST;

/** Whole seconds, as Kubernetes counts them, rounded up. */
export function secondsOf(duration: Duration): number {
  return Math.ceil(duration.toSeconds({ integral: false }));
}

/** @throws when something else was given */
export function assertDuration(what: string, duration: unknown): void {
  if (typeof (Object(duration) as Duration).toSeconds !== 'function') {
    throw new Error(`${what} is ${format(duration)}; give it a Duration, for example Duration.minutes(20)`);
  }
}

/** @throws when a duration is too short to be counted, or too long to be meant */
export function checkedDuration(what: string, duration: Duration, least: Minimum = 'a second'): Duration {
  assertDuration(what, duration);
  const seconds = duration.toSeconds({ integral: false });
  if (!(seconds >= LEAST[least])) {
    const found = !(seconds >= 1) ? `${seconds * 1000} ms` : `${seconds} s`;
    throw new Error(`${what} is ${found}; give it ${least} or more`);
  }
  if (seconds > MOST_SECONDS) {
    throw new Error(`${what} is ${seconds} s; give it 7 days or less`);
  }
  return duration;
}
