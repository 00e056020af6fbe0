import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { CertificateMetrics } from './certificate-metrics';
import { ReadinessState } from './readiness-state';

/** Metrics of a server's readiness, in the format of Prometheus. */
export class Metrics {
  /** What is known of certificates. */
  readonly certificates: CertificateMetrics;
  private readonly registry = new Registry();

  constructor(state: ReadinessState, labels: Readonly<Record<string, string>>) {
    const registers = [this.registry];
    this.certificates = new CertificateMetrics(this.registry);
    this.registry.setDefaultLabels(labels);
    collectDefaultMetrics({ register: this.registry, prefix: 'cdk8s_kafka_agent_' });
    new Gauge({
      name: 'cdk8s_kafka_ready',
      help: '1 while the server is ready',
      registers,
      collect() {
        this.set(state.current(performance.now()).ready ? 1 : 0);
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_not_in_sync_partitions',
      help: 'Partitions that the broker has and is not in sync for; not a number while nobody knows',
      registers,
      collect() {
        this.set(state.current(performance.now()).notInSync?.length ?? NaN);
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_readiness_unchanged_seconds',
      help: 'Seconds since the server last became ready or not ready',
      registers,
      collect() {
        this.set(state.secondsUnchanged(performance.now()));
      },
    });
    new Gauge({
      name: 'cdk8s_kafka_since_in_sync_seconds',
      help: 'Seconds since the server was last seen in sync, whether somebody declares it ready or not',
      registers,
      collect() {
        this.set(state.secondsSinceInSync(performance.now()));
      },
    });
  }

  /** Adds a metric that is asked for its value whenever somebody looks. */
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

  /** The page for Prometheus. */
  page(): Promise<string> {
    return this.registry.metrics();
  }

  /** Media type of the page. */
  get contentType(): string {
    return this.registry.contentType;
  }
}
