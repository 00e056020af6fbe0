import { PodSample, Recording } from './recording';

/** Sample of a pod of broker 13 that exists and does not run, with changes. */
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

/** An empty recording of 100 seconds, with changes. */
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
