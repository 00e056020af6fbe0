/*
 * Findings of every scenario.
 */
import { Restart, Unfinished } from './durations';
import { Recording } from './recording';
import { Finding, LoadResult } from './result';
import { absencesTogether, periodsOf } from './states';

/** Limits of a scenario. */
export interface Limits {
  /** Clients that may have errors: none if everything is planned, else those with a short delivery timeout. */
  readonly errors: 'none' | 'impatient' | 'all';
  /** True if partitions may take no writes for a while, as more replicas than one are away. */
  readonly mayFallShort?: boolean;
  /** Most brokers of a map that may be away together; one if absent. */
  readonly away?: number;
  /** True if the times of all restarts are reported. */
  readonly isMeasured?: boolean;
}

/** Goal for a planned restart on an idle machine, beyond Kafka's own shutdown and start. Reported, never pass or fail. */
export const REST_SECONDS = 20;

/** Half of what impatient clients give a record. */
const STALL_MS = 2_500;

/** A client that gives a record less time than Kafka's own clients do is impatient. */
const PATIENT_MS = 60_000;

/** Findings about clients. */
export function clientFindings({ errors }: Limits, loads: readonly LoadResult[]): Finding[] {
  return loads.flatMap((load) => {
    const { name, deliveryTimeoutMs, report } = load;
    const who = `${name} clients (delivery.timeout.ms ${deliveryTimeoutMs})`;
    if (report === undefined) {
      return [{ expected: `${who} finish`, seen: load.failure ?? 'no report', isMet: false }];
    }
    const { acknowledged, missing, unconsumed, duplicates, refusedHandshakes } = report;
    const count = Object.values(report.errorsByReason).reduce((sum, each) => sum + each, 0);
    const mayFail = errors === 'all' || (errors === 'impatient' && deliveryTimeoutMs < PATIENT_MS);
    const reasons = Object.entries(report.errorsByReason).map(([reason, each]) => `${reason} (${each})`);
    return [
      {
        expected: `${who}: no acknowledged record is lost`,
        seen: `${missing} of ${acknowledged} lost, ${unconsumed} not consumed${examplesOf(report.missingExamples)}`,
        isMet: acknowledged > 0 && missing === 0 && unconsumed === 0,
      },
      {
        expected: `${who}: ${mayFail ? 'errors are possible' : 'no error'}`,
        seen: `${count} errors, longest pause ${report.longestPauseMs} ms${examplesOf(reasons)}`,
        isMet: mayFail || count === 0,
        isTimeSensitive: true,
      },
      // A producer that was told of an error does not know what of it was written.
      ...(count > 0
        ? []
        : [
            {
              expected: `${who}: idempotent records exist once`,
              seen: `${duplicates.idempotent} twice`,
              isMet: duplicates.idempotent === 0,
            },
          ]),
      ...(refusedHandshakes === 0
        ? []
        : [
            {
              expected: `${who}: no handshake is rejected`,
              seen: `${refusedHandshakes} handshakes`,
              isMet: false,
            },
          ]),
    ];
  });
}

/** Findings about replicas, and about brokers that are down together. */
export function clusterFindings(
  { mayFallShort, away = 1 }: Limits,
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
    .filter(({ pods }) => pods.length > away);
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
      expected: mayFallShort
        ? 'partitions may fall below min.insync.replicas for a while'
        : 'no partition falls below min.insync.replicas',
      seen: short.length === 0 ? 'none' : `up to ${most} partitions in ${short.length} s`,
      isMet: mayFallShort === true || short.length === 0,
    },
    {
      expected: `at most ${away} brokers of a map down at the same time`,
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
 * True if a scenario is repeated: only time limits were exceeded, and a disk of the machine stalled for so long that no
 * cluster could have kept them.
 *
 * @param stallMs the longest time that a disk took to keep something
 */
export function isDiskStall(findings: readonly Finding[], stallMs: number): boolean {
  const missed = findings.filter(({ isMet }) => !isMet);
  return stallMs >= STALL_MS && missed.length > 0 && missed.every(({ isTimeSensitive }) => isTimeSensitive);
}

function examplesOf(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `: ${examples.slice(0, 5).join(', ')}`;
}
