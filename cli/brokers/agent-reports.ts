/*
 * Reports of the agents of brokers that are not ready: the reason, and the progress of the replication. The port of an agent is open
 * to few, so the request is made in its container.
 */
import { formatBytes } from '../../agent/text/bytes';
import { formatDuration } from '../../agent/text/duration';
import { RefillProgress } from '../../agent/refill/refill-progress';
import { AGENT_PORT } from '../../lib/seam/agent-config';
import { CommandError } from '../command-error';
import { Kubectl } from '../edges';
import { checked } from '../json';
import { Kind, optional, struct, text, wholeNumber } from '../kinds';
import { BrokerRow } from './broker-rows';

/** Report of an agent. */
export interface AgentReport {
  readonly reason: string;
  readonly refill?: RefillProgress;
}

const REPORT: Kind<AgentReport> = struct({
  reason: text,
  refill: optional(
    struct<RefillProgress>({
      partitions: wholeNumber,
      bytesLeft: wholeNumber,
      bytesPerSecond: optional(wholeNumber),
      secondsLeft: optional(wholeNumber),
    }),
  ),
});

const REQUEST = `fetch('http://127.0.0.1:${AGENT_PORT}/readyz?verbose').then((r) => r.text()).then(console.log)`;

/** Adds the reports of the agents to brokers that are not ready. Ends at the first agent that does not answer. */
export async function withReports(
  brokers: readonly BrokerRow[],
  namespace: string,
  kubectl: Kubectl,
): Promise<readonly BrokerRow[]> {
  const reports = new Map<number, AgentReport>();
  for (const { id, pod } of brokers.filter(({ state }) => state === 'not ready')) {
    try {
      reports.set(id, await reportOf(pod, namespace, kubectl));
    } catch (error) {
      if (error instanceof CommandError && error.kind === 'unavailable') {
        break;
      }
      throw error;
    }
  }
  return brokers.map((broker) => {
    const report = reports.get(broker.id);
    return report === undefined ? broker : { ...broker, ...report };
  });
}

async function reportOf(pod: string, namespace: string, kubectl: Kubectl): Promise<AgentReport> {
  const program = ['--', 'node', '-e', REQUEST];
  const output = await kubectl(['exec', pod, `--namespace=${namespace}`, '--container=agent', ...program]);
  return checked(() => REPORT(JSON.parse(output), ''), {
    source: `the report of the agent of ${pod}`,
    remedy: 'see the log of its container',
    errorKind: 'unavailable',
  });
}

/** Describes the progress: `12.3 GiB left, 110 MiB/s, 2 minutes`. */
export function describeRefill({ bytesLeft, bytesPerSecond, secondsLeft }: RefillProgress): string {
  return [
    `${formatBytes(bytesLeft)} left`,
    ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === undefined ? [] : [formatDuration(secondsLeft)]),
  ].join(', ');
}
