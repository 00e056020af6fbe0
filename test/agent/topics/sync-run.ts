/*
 * Runs of the topic synchronization against servers in memory, with a clock that only moves while a run waits.
 */
import { TopicSyncConfig } from '../../../lib/seam/agent-config';
import { OperatorError } from '../../../agent/runtime/errors';
import { LogFields, log } from '../../../agent/runtime/log';
import { RunOptions, syncTopics } from '../../../agent/topics/sync';
import { topicSyncConfig } from '../configs';
import { FakeKafka } from './fake-kafka';
import { FakeKubernetes } from './fake-kubernetes';

/** A line of the log. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Collects the log lines from now on, until mocks are restored. */
export function collectLog(): Line[] {
  const lines: Line[] = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    jest
      .spyOn(log, level)
      .mockImplementation((message, fields = {}) => void lines.push({ level, message, fields }));
  }
  return lines;
}

/** Messages of some levels. */
export function messagesOf(lines: readonly Line[], ...levels: readonly Line['level'][]): string[] {
  return lines.filter(({ level }) => levels.includes(level)).map(({ message }) => message);
}

/** A cluster, its lists, and the time. */
export class Scene {
  /** Milliseconds since 1970. */
  now = Date.parse('2026-03-01T12:00:00Z');
  /** Called at each pause, after the time has moved. */
  onPause: () => void = () => undefined;

  constructor(
    readonly kafka: FakeKafka,
    readonly kubernetes: FakeKubernetes,
    readonly config: TopicSyncConfig = topicSyncConfig(),
  ) {}

  /** Exit code of a run, or the error for an operator. */
  async run(options?: RunOptions, signal = new AbortController().signal): Promise<number | OperatorError> {
    const { kafka, kubernetes, config } = this;
    const pause = async (ms: number) => {
      this.now += ms;
      this.onPause();
    };
    const edges = { kafka, kubernetes, now: () => this.now, pause };
    return syncTopics(config, signal, options, edges).catch((error: unknown) => {
      if (error instanceof OperatorError) {
        return error;
      }
      throw error;
    });
  }

  /** Moves the time. */
  pass(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** The status ConfigMap for people. */
  get status(): Readonly<Record<string, string>> {
    return this.kubernetes.current.data;
  }

  get counts(): Record<string, number> {
    return JSON.parse(this.status.counts ?? '{}') as Record<string, number>;
  }
}
