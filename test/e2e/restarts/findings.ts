/*
 * Findings of every scenario.
 */
import { Restart, Unfinished } from './durations';
import { Recording } from './recording';
import { Finding, LoadResult } from './result';
import { absencesTogether, periodsOf } from './states';

/** Limits of a scenario. */
export interface Limits {
  /** Clients that may have errors: none for planned restarts, otherwise those with a short delivery timeout. */
  readonly errors: 'none' | 'impatient' | 'all';
  /** True if partitions may fall below min.insync.replicas, because several replicas are down. */
  readonly mayFallBelowMinIsr?: boolean;
  /** Maximum number of brokers of a map that may be down at the same time; one if absent. */
  readonly maxUnavailable?: number;
  /** True if the times of all restarts are reported. */
  readonly isMeasured?: boolean;
}

/** Goal for a planned restart on an idle machine, beyond Kafka's own shutdown and start. Reported, never pass or fail. */
export const REST_SECONDS = 20;

/** Half of the delivery timeout of impatient clients. */
const STALL_MS = 2_500;

/** Clients with a delivery timeout below Kafka's default are impatient. */
const PATIENT_MS = 60_000;

/** CPU pressure from which errors of impatient clients are reported, and do not fail: no CPU is free for a broker that starts. */
const SATURATED = 0.8;

/**
 * Findings about clients.
 *
 * @param cpuWait share of the time in which a process of the machine waited for a CPU
 */
export function clientFindings({ errors }: Limits, loads: readonly LoadResult[], cpuWait = 0): Finding[] {
  return loads.flatMap((load) => {
    const { name, deliveryTimeoutMs, report } = load;
    const who = `${name} clients (delivery.timeout.ms ${deliveryTimeoutMs})`;
    if (report === undefined) {
      return [{ expected: `${who} finish`, seen: load.failure ?? 'no report', isMet: false }];
    }
    const { acknowledged, missing, unconsumed, duplicates, rejectedHandshakes } = report;
    const count = Object.values(report.errorsByReason).reduce((sum, each) => sum + each, 0);
    const isImpatient = deliveryTimeoutMs < PATIENT_MS;
    const mayFail = errors === 'all' || (isImpatient && (errors === 'impatient' || cpuWait >= SATURATED));
    const reasons = Object.entries(report.errorsByReason).map(([reason, each]) => `${reason} (${each})`);
    return [
      {
        expected: `${who}: no acknowledged record is lost`,
        seen: `${missing} of ${acknowledged} lost, ${unconsumed} not consumed${examplesOf(report.missingExamples)}`,
        isMet: acknowledged > 0 && missing === 0 && unconsumed === 0,
      },
      {
        expected: `${who}: ${mayFail ? 'errors are possible' : 'no error'}`,
        seen: `${count} errors, longest pause ${report.longestPauseMs} ms${examplesOf(reasons)}${waitText(cpuWait)}`,
        isMet: mayFail || count === 0,
        isTimeSensitive: true,
      },
      // After an error, a producer does not know which records were written.
      ...(count > 0
        ? []
        : [
            {
              expected: `${who}: idempotent records exist once`,
              seen: `${duplicates.idempotent} twice`,
              isMet: duplicates.idempotent === 0,
            },
          ]),
      ...(rejectedHandshakes === 0
        ? []
        : [
            {
              expected: `${who}: no handshake is rejected`,
              seen: `${rejectedHandshakes} handshakes`,
              isMet: false,
            },
          ]),
    ];
  });
}

/** Findings about replicas, and about brokers that are down at the same time. */
export function clusterFindings(
  { mayFallBelowMinIsr, maxUnavailable = 1 }: Limits,
  recording: Recording,
  maps: readonly { readonly name: string; readonly pods: readonly string[] }[],
): Finding[] {
  const { seconds } = recording;
  const short = seconds.filter((second) => second.short > 0);
  const most = Math.max(0, ...short.map((second) => second.short));
  const together = maps
    .flatMap(({ pods }) =>
      absencesTogether(new Map(pods.map((pod) => [pod, periodsOf(recording.samples, pod, recording)]))),
    )
    .filter(({ pods }) => pods.length > maxUnavailable);
  const examples = together
    .slice(0, 3)
    .map(({ pods, from, to }) => `${pods.join(' and ')} for ${((to - from) / 1000).toFixed(1)} s`);
  return [
    {
      expected: 'replicas were observed',
      seen: `${seconds.length} of ${Math.round((recording.end - recording.begin) / 1000)} s`,
      isMet: seconds.length > 0,
    },
    {
      expected: mayFallBelowMinIsr
        ? 'partitions may fall below min.insync.replicas for a while'
        : 'no partition falls below min.insync.replicas',
      seen: short.length === 0 ? 'none' : `up to ${most} partitions in ${short.length} s`,
      isMet: mayFallBelowMinIsr === true || short.length === 0,
    },
    {
      expected: `at most ${maxUnavailable} brokers of a map down at the same time`,
      seen: together.length === 0 ? 'never' : examples.join(', '),
      isMet: together.length === 0,
    },
  ];
}

/** Findings about restarts. */
export function restartFindings(
  { isMeasured }: Limits,
  restarts: readonly Restart[],
  unfinished: readonly Unfinished[],
): Finding[] {
  if (!isMeasured) {
    return [];
  }
  const rests = restarts.map(({ pod, rest }) => ({ pod, rest }));
  const problems = [
    ...(restarts.length === 0 && unfinished.length === 0 ? ['no broker was restarted'] : []),
    ...rests
      .filter(({ rest }) => rest === undefined)
      .map(({ pod }) => `${pod}: Kafka's own time is not known`),
    ...unfinished.map(({ pod, what }) => `${pod}: ${what}`),
  ];
  const longest = Math.max(0, ...rests.map(({ rest }) => rest ?? 0));
  return [
    {
      expected: 'every restart ends, and its time is known',
      seen:
        problems.length === 0
          ? `${restarts.length} restarts, at most ${longest.toFixed(1)} s beyond Kafka's own shutdown and start (goal: ${REST_SECONDS} s)`
          : problems.join(', '),
      isMet: problems.length === 0,
    },
  ];
}

/**
 * True if a scenario is repeated: only time limits were exceeded, and a disk of the machine stalled for longer than these
 * limits.
 *
 * @param stallMs longest sync latency of a disk
 */
export function isDiskStall(findings: readonly Finding[], stallMs: number): boolean {
  const missed = findings.filter(({ isMet }) => !isMet);
  return stallMs >= STALL_MS && missed.length > 0 && missed.every(({ isTimeSensitive }) => isTimeSensitive);
}

function waitText(cpuWait: number): string {
  return cpuWait < SATURATED
    ? ''
    : `; processes waited for a CPU in ${Math.round(cpuWait * 100)} % of the time`;
}

function examplesOf(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `: ${examples.slice(0, 5).join(', ')}`;
}
