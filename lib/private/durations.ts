import { Duration } from 'cdk8s';
import { shown } from './required';

/** Kubernetes counts seconds as a Java or Go int. */
const MOST_SECONDS = 2_147_483_647;

/** Whole seconds, as Kubernetes counts them, rounded up. */
export function secondsOf(duration: Duration): number {
  return Math.ceil(duration.toSeconds({ integral: false }));
}

/** @throws when something else was given */
export function assertDuration(what: string, duration: unknown): void {
  if (typeof (Object(duration) as Duration).toSeconds !== 'function') {
    throw new Error(`${what} is ${shown(duration)}; give it a Duration, for example Duration.minutes(20)`);
  }
}

/** @throws when Kubernetes cannot count a duration */
export function atLeastOneSecond(what: string, duration: Duration): Duration {
  assertDuration(what, duration);
  const seconds = duration.toSeconds({ integral: false });
  if (!(seconds >= 1)) {
    throw new Error(`${what} is ${seconds * 1000} ms; give it a second or more`);
  }
  if (seconds > MOST_SECONDS) {
    throw new Error(`${what} is ${seconds} s; give it ${MOST_SECONDS} s or less`);
  }
  return duration;
}
