/*
 * Durations of restarts, with and without Kafka's shutdown and start.
 */
import { PodSample, Recording } from './recording';
import { stopIn } from './server-logs';

/** The restart of one broker, in seconds. */
export interface Restart {
  readonly pod: string;
  /** From the deletion of the pod until its successor is in sync and leads its preferred partitions. */
  readonly total: number;
  /** Delay by the preStop hook. */
  readonly delayed?: number;
  /** From the signal to the end of Kafka. */
  readonly shutdown?: number;
  /** From the start of Kafka's container until Kafka serves. */
  readonly start?: number;
  /** Time outside of Kafka: preStop hook, Kubernetes, agent, and replication until in sync. */
  readonly rest?: number;
}

/** A restart that did not finish in the recording. */
export interface Unfinished {
  readonly pod: string;
  readonly what: string;
}

/** All restarts by deletion of some pods, in the order of their deletions. */
export function restartsIn(
  recording: Recording,
  ids: ReadonlyMap<string, number>,
): { readonly restarts: Restart[]; readonly unfinished: Unfinished[] } {
  const restarts: (Restart & { readonly at: number })[] = [];
  const unfinished: Unfinished[] = [];
  for (const [pod, id] of ids) {
    const samples = recording.samples.filter((sample) => sample.pod === pod);
    const deletions = samples.filter(
      ({ uid, isDeleting }, index) =>
        isDeleting && !samples.slice(0, index).some((before) => before.uid === uid && before.isDeleting),
    );
    for (const deletion of deletions) {
      const end = returnOf(recording, samples, deletion, id);
      if (typeof end === 'string') {
        unfinished.push({ pod, what: end });
      } else {
        restarts.push({ at: deletion.time, ...partsOf(recording, samples, deletion, end) });
      }
    }
  }
  return {
    restarts: restarts.sort((a, b) => a.at - b.at).map(({ at: _, ...restart }) => restart),
    unfinished,
  };
}

interface Return {
  readonly uid: string;
  readonly startedAt: number;
  readonly backAt: number;
}

function returnOf(
  { seconds }: Recording,
  samples: readonly PodSample[],
  deletion: PodSample,
  id: number,
): Return | string {
  const later = samples.filter(({ time, uid }) => time >= deletion.time && uid !== deletion.uid);
  const ready = later.find(
    (sample) => sample.isReady && !sample.isDeleting && sample.startedAt !== undefined,
  );
  if (ready?.startedAt === undefined) {
    return 'no successor became ready';
  }
  const { uid, startedAt } = ready;
  const leads = seconds.find(({ time, brokers }) => {
    const broker = brokers[id];
    return time >= startedAt && broker !== undefined && broker.behind === 0 && broker.missed === 0;
  });
  return leads === undefined
    ? 'it does not lead its preferred partitions'
    : { uid, startedAt, backAt: Math.max(ready.time, leads.time) };
}

function partsOf(
  { serverLogs: all, starts }: Recording,
  samples: readonly PodSample[],
  deletion: PodSample,
  { uid, startedAt, backAt }: Return,
): Restart {
  const serverLogs = all.find((each) => each.uid === deletion.uid);
  const { grantedAt, signalAt, endAt } = serverLogs ? stopIn(serverLogs) : {};
  // Kubernetes stores whole seconds, and the end of a log can be lost with its pod, so the later time is more exact.
  const endedAt = samples.find((sample) => sample.uid === deletion.uid && sample.endedAt)?.endedAt;
  const ends = [endAt, endedAt].filter((time) => time !== undefined);
  const ended = ends.length === 0 ? undefined : Math.max(...ends);
  const signalled = signalAt ?? grantedAt;
  const serving = starts.find((start) => start.uid === uid)?.servingAt;
  const total = (backAt - deletion.time) / 1000;
  const shutdown = between(signalled, ended);
  const start = between(startedAt, serving);
  return {
    pod: deletion.pod,
    total,
    delayed: between(deletion.time, grantedAt),
    shutdown,
    start,
    rest: shutdown === undefined || start === undefined ? undefined : total - shutdown - start,
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, (to - from) / 1000);
}
