import { CertificateMetrics } from './certificate-metrics';
import { ReadinessState } from './readiness-state';
import { SERVER_PROBLEMS, addProblemMetric } from '../runtime/problems';
import { addProcessMetrics } from '../runtime/process-metrics';
import { Gauge, Registry } from '../runtime/prometheus';
import { LastRun } from '../topics/status/status-reader';
import { addTopicMetrics } from './topic-metrics';

/** Prometheus metrics of the readiness of a server. */
export class Metrics {
  /** Metrics of certificates. */
  readonly certificates: CertificateMetrics;
  private readonly registry = new Registry();

  constructor(state: ReadinessState, labels: Readonly<Record<string, string>>) {
    const registers = [this.registry];
    this.certificates = new CertificateMetrics(this.registry);
    this.registry.setDefaultLabels(labels);
    addProcessMetrics(this.registry, 'cdk8s_kafka_agent_');
    addProblemMetric(this.registry, SERVER_PROBLEMS);
    new Gauge({
      name: 'cdk8s_kafka_ready',
      help: '1 if the server is ready',
      registers,
      collect() {
        this.set(state.current(performance.now()).ready ? 1 : 0);
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_out_of_sync_partitions',
      help: 'Partitions with a replica on this broker that is not in the ISR; NaN if unknown',
      registers,
      collect() {
        this.set(state.current(performance.now()).outOfSync?.length ?? NaN);
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_readiness_age_seconds',
      help: 'Seconds since readiness last changed',
      registers,
      collect() {
        this.set(state.secondsSinceTransition(performance.now()));
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_out_of_sync_seconds',
      help: 'Seconds since the server was last in sync, regardless of force-ready',
      registers,
      collect() {
        this.set(state.secondsSinceInSync(performance.now()));
      },
    });
  }

  /** Adds a gauge whose value is read at each scrape. */
  addGauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** Adds metrics of the last run of the topic synchronization. */
  addTopics(lastRun: () => LastRun | undefined): void {
    addTopicMetrics(this.registry, lastRun);
  }

  /** Metrics in the text format of Prometheus. */
  page(): Promise<string> {
    return this.registry.metrics();
  }

  /** Media type of the page. */
  get contentType(): string {
    return this.registry.contentType;
  }
}
