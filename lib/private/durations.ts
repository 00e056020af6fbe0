import { Duration } from 'cdk8s';

/** Whole seconds, as Kubernetes counts them, rounded up. */
export function secondsOf(duration: Duration): number {
  return Math.ceil(duration.toSeconds({ integral: false }));
}

/** @throws when a duration is shorter than Kubernetes can count */
export function atLeastOneSecond(what: string, duration: Duration): Duration {
  if (duration.toSeconds({ integral: false }) < 1) {
    throw new Error(`${what} is ${duration.toMilliseconds()} ms; give it a second or more`);
  }
  return duration;
}
