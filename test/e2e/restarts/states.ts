/*
 * States of brokers over time.
 */
import { PodSample } from './recording';

/** State of a broker. It is stopping from the deletion of its pod to the end of Kafka, including the delay by the preStop hook. */
export type State = 'ready' | 'not ready' | 'stopping' | 'down';

/** A period in one state. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** States of a pod in a time span. */
export function periodsOf(
  samples: readonly PodSample[],
  pod: string,
  { begin, end }: { readonly begin: number; readonly end: number },
): Period[] {
  const own = samples.filter((sample) => sample.pod === pod);
  const periods: Period[] = [];
  own.forEach((sample, index) => {
    const from = Math.max(begin, sample.time);
    const to = Math.min(end, own[index + 1]?.time ?? end);
    const state = stateIn(sample);
    const last = periods.at(-1);
    if (to <= from) {
      return;
    }
    if (last?.state === state) {
      periods[periods.length - 1] = { ...last, to };
    } else {
      periods.push({ from, to, state });
    }
  });
  return periods;
}

/** The state of a pod in a sample. */
export function stateIn({ isGone, isReady, isDeleting, startedAt }: PodSample): State {
  if (isGone || startedAt === undefined) {
    return 'down';
  }
  if (isDeleting) {
    return 'stopping';
  }
  return isReady ? 'ready' : 'not ready';
}

/** A period in which several brokers of a map were unavailable. */
export interface Absence {
  readonly from: number;
  readonly to: number;
  readonly pods: readonly string[];
}

/** Periods in which more than one broker was down or not ready. A stopping broker serves until it is down. */
export function absencesTogether(lanes: ReadonlyMap<string, readonly Period[]>): Absence[] {
  const unavailable = [...lanes].flatMap(([pod, periods]) =>
    periods
      .filter(({ state }) => state === 'down' || state === 'not ready')
      .map((period) => ({ pod, ...period })),
  );
  const moments = [...new Set(unavailable.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return moments.slice(1).flatMap((to, index) => {
    const from = moments[index];
    const pods = unavailable.filter((period) => period.from < to && period.to > from).map(({ pod }) => pod);
    return pods.length > 1 ? [{ from, to, pods }] : [];
  });
}
