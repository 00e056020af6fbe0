import { PodSample, Recording } from './recording';

/** A pod of the broker 13 that neither runs nor is gone, unless something else is said. */
export function sample(time: number, change: Partial<PodSample> = {}): PodSample {
  return {
    time,
    pod: 'rolls-left-13',
    uid: 'a',
    isGone: false,
    isReady: false,
    isDeleting: false,
    restarts: {},
    ...change,
  };
}

/** A recording of 100 seconds in which nothing happened, unless something else is said. */
export function recording(change: Partial<Recording> = {}): Recording {
  return {
    begin: 0,
    end: 100_000,
    samples: [],
    seconds: [],
    marks: [],
    serverLogs: [],
    starts: [],
    ...change,
  };
}
