import { Gauge, Registry } from '../runtime/prometheus';
import { PROBLEM_KINDS } from '../topics/status/problem-kinds';
import { LastRun } from '../topics/status/status-reader';

const PREFIX = 'cdk8s_kafka_topic_sync';

/** Adds metrics of the last run of the topic synchronization. They are NaN before the first run. */
export function addTopicMetrics(registry: Registry, lastRun: () => LastRun | undefined): void {
  const registers = [registry];
  new Gauge({
    name: `${PREFIX}_last_run_timestamp_seconds`,
    help: 'Time of the last run of the topic synchronization; NaN if unknown',
    registers,
    collect() {
      this.set(lastRun()?.time ?? NaN);
    },
  });
  new Gauge({
    name: `${PREFIX}_declared_topics`,
    help: 'Declared topics in the last run of the topic synchronization; NaN if unknown',
    registers,
    collect() {
      this.set(lastRun()?.counts.get('declared') ?? NaN);
    },
  });
  new Gauge({
    name: `${PREFIX}_problems`,
    help: 'Problems in the last run of the topic synchronization; NaN if unknown',
    labelNames: ['kind'] as const,
    registers,
    collect() {
      const run = lastRun();
      PROBLEM_KINDS.forEach((kind) => this.set({ kind }, run?.counts.get(kind) ?? NaN));
    },
  });
}
