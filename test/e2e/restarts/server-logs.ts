/*
 * Log lines of Kafka and its agent about stops and starts. Lines have the time of `kubectl logs --timestamps`.
 */
import { ServerLogs } from './recording';

/** A line with its time. */
export interface Line {
  readonly time: number;
  readonly text: string;
}

/** A line of the agent. */
export interface AgentLine {
  readonly time: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A stop, according to logs. */
export interface Stop {
  /** Start of the preStop hook. */
  readonly askedAt?: number;
  /** End of the preStop hook. */
  readonly grantedAt?: number;
  readonly reason?: string;
  /** True if it stops although the cluster cannot tolerate it. */
  readonly isWarning?: boolean;
  /** Reasons for the delay, each once. */
  readonly waitedFor: readonly string[];
  /** Partitions in warnings of the agent. */
  readonly atRisk: readonly string[];
  /** Times of SIGTERM and of the last log line. */
  readonly signalAt?: number;
  readonly endAt?: number;
}

const SIGNAL = /due to signal SIGTERM/;
const SERVING = /Kafka Server started|\[KafkaServer id=\d+\] started/;
const WAITS = 'preStop waits: ';

/** Complete lines of a log. */
export function linesIn(log: string): Line[] {
  return log.split('\n').flatMap((line) => {
    const space = line.indexOf(' ');
    const time = Date.parse(line.slice(0, space));
    return space < 0 || Number.isNaN(time) ? [] : [{ time, text: line.slice(space + 1) }];
  });
}

/** Lines of the agent in a log. */
export function agentLinesIn(log: string): AgentLine[] {
  return linesIn(log).flatMap(({ time, text }) => {
    try {
      const { level, message, ...fields } = JSON.parse(text) as Record<string, unknown>;
      return [{ time, level: String(level), message: String(message), fields }];
    } catch {
      return [];
    }
  });
}

/** A stop, from logs. */
export function stopIn({ agent, kafka }: Pick<ServerLogs, 'agent' | 'kafka'>): Stop {
  const lines = agentLinesIn(agent);
  const granted = lines.findLast(({ message }) => message === 'the server may stop');
  const risk = lines.find(({ message }) => message.startsWith('partitions without a spare replica'));
  const waits = lines.filter(({ message }) => message.startsWith(WAITS));
  const printed = linesIn(kafka);
  return {
    askedAt: lines.find(({ message }) => message.startsWith('preStop called'))?.time,
    grantedAt: granted?.time,
    reason: granted && String(granted.fields.reason),
    isWarning: granted && granted.level === 'warn',
    waitedFor: [...new Set(waits.map(({ message }) => message.slice(WAITS.length)))],
    atRisk: (risk?.fields.partitions ?? []) as string[],
    signalAt: printed.find(({ text }) => SIGNAL.test(text))?.time,
    endAt: printed.at(-1)?.time,
  };
}

/** Time at which Kafka logged that it has started. */
export function servingAt(log: string): number | undefined {
  return linesIn(log).findLast(({ text }) => SERVING.test(text))?.time;
}
