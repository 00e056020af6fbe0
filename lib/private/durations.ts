import { Duration } from 'cdk8s';

/** @throws when a duration is shorter than Kubernetes can count */
export function atLeastOneSecond(property: string, duration: Duration): Duration {
  if (duration.toMilliseconds() < 1000) {
    throw new Error(`${property} is ${duration.toMilliseconds()} ms; give it a second or more`);
  }
  return duration;
}
