/*
 * Result of a scenario for the report.
 */
import { Report } from '../load/load';
import { Restart } from './durations';
import { ClientSecond, Mark, Recording } from './recording';
import { Period, periodsOf } from './states';

/** An expectation and its observation. */
export interface Finding {
  readonly expected: string;
  readonly seen: string;
  readonly isMet: boolean;
  /** True if a stalled machine is enough to miss it. */
  readonly isTimeSensitive?: true;
}

/** Results of clients of one kind. */
export interface LoadResult {
  readonly name: string;
  readonly deliveryTimeoutMs: number;
  readonly report?: Report;
  /** Reason for a missing report. */
  readonly failure?: string;
  readonly seconds: readonly ClientSecond[];
}

/** A broker in the chart. Points are seconds since the start, and values. */
export interface Lane {
  readonly pod: string;
  readonly periods: readonly Period[];
  readonly behind: readonly Point[];
  readonly latencyMs: readonly Point[];
}

/** Seconds since the start, and a value. */
export type Point = readonly [second: number, value: number];

/** Data of the chart. */
export interface Timeline {
  readonly seconds: number;
  readonly lanes: readonly Lane[];
  /** Partitions below min.insync.replicas. */
  readonly short: readonly Point[];
  readonly clients: readonly { readonly name: string; readonly p99: readonly Point[] }[];
  readonly marks: readonly { readonly second: number; readonly text: string }[];
}

/** Complete result of one scenario. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly about: string;
  readonly at: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly restarts: readonly Restart[];
  readonly loads: readonly Omit<LoadResult, 'seconds'>[];
  readonly timeline: Timeline;
}

/** Chart data of a recording. */
export function timelineOf(
  recording: Recording,
  brokers: readonly { readonly id: number; readonly pod: string }[],
  loads: readonly LoadResult[],
): Timeline {
  const { begin, end, samples, seconds, marks } = recording;
  const second = (time: number) => Math.round((time - begin) / 100) / 10;
  const isWithin = ({ time }: { readonly time: number }) => time >= begin && time <= end;
  return {
    seconds: second(end),
    lanes: brokers.map(({ id, pod }) => ({
      pod,
      periods: periodsOf(samples, pod, { begin, end }).map(({ from, to, state }) => ({
        from: second(from),
        to: second(to),
        state,
      })),
      behind: changesOf(seconds.map(({ time, brokers: all }) => [second(time), all[id]?.behind ?? 0])),
      latencyMs: worstOf(loads, id)
        .filter(isWithin)
        .map(({ time, value }) => [second(time), value]),
    })),
    short: changesOf(seconds.map(({ time, short }) => [second(time), short])),
    clients: loads.map((load) => ({
      name: load.name,
      p99: load.seconds.filter(isWithin).map(({ time, p99 }) => [second(time), p99]),
    })),
    marks: marks.map(({ time, text }: Mark) => ({ second: second(time), text })),
  };
}

/** Points where a value changes, and the points before them, for a step line. */
export function changesOf(points: readonly Point[]): Point[] {
  return points.filter(
    ([, value], index) => value !== points[index - 1]?.[1] || value !== points[index + 1]?.[1],
  );
}

/** Longest latency of records of any client that a broker acknowledged, by second. */
function worstOf(
  loads: readonly LoadResult[],
  id: number,
): { readonly time: number; readonly value: number }[] {
  return loads
    .flatMap(({ seconds }) =>
      seconds.flatMap(({ time, brokers }) =>
        brokers[id] === undefined ? [] : [{ time, value: brokers[id] }],
      ),
    )
    .sort((a, b) => a.time - b.time);
}
