import { CertificateMetrics } from './certificate-metrics';
import { ReadinessState } from './readiness-state';
import { DescribedLogDir } from '../kafka/described-log-dirs';
import { SERVER_PROBLEMS, addProblemMetric } from '../runtime/problems';
import { addProcessMetrics } from '../runtime/process-metrics';
import { Gauge, Registry } from '../runtime/prometheus';
import { RefillProgress } from '../refill/refill-progress';
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

  /** Adds metrics of the progress of a broker that is out of sync. */
  addRefill(progress: () => RefillProgress | undefined): void {
    this.addGauge(
      'cdk8s_kafka_refill_bytes_left',
      'Bytes that a broker out of sync still has to replicate; 0 in sync, and until the progress is measured',
      () => progress()?.bytesLeft ?? 0,
    );
    this.addGauge(
      'cdk8s_kafka_refill_bytes_per_second',
      'Bytes per second that a broker out of sync replicates; 0 in sync, and until the progress is measured',
      () => progress()?.bytesPerSecond ?? 0,
    );
    this.addGauge(
      'cdk8s_kafka_refill_seconds_left',
      'Seconds until a broker out of sync has caught up at its present speed; 0 in sync, NaN if unknown',
      () => secondsLeft(progress()),
    );
  }

  /** Adds metrics of the log directories of a broker. */
  addLogDirs(logDirs: () => readonly DescribedLogDir[]): void {
    const gauge = (name: string, help: string, valueOf: (logDir: DescribedLogDir) => number | undefined) =>
      new Gauge({
        name,
        help,
        labelNames: ['log_dir'],
        registers: [this.registry],
        collect() {
          this.reset();
          for (const logDir of logDirs()) {
            const value = valueOf(logDir);
            if (value !== undefined) {
              this.set({ log_dir: logDir.path }, value);
            }
          }
        },
      });
    gauge(
      'cdk8s_kafka_log_dir_online',
      '1 while Kafka uses the log directory, 0 after an I/O error',
      ({ isOnline }) => Number(isOnline),
    );
    gauge(
      'cdk8s_kafka_log_dir_size_bytes',
      'Size of the file system of the log directory',
      ({ space }) => space?.totalBytes,
    );
    gauge(
      'cdk8s_kafka_log_dir_free_bytes',
      'Free bytes of the file system of the log directory',
      ({ space }) => space?.usableBytes,
    );
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

function secondsLeft(progress: RefillProgress | undefined): number {
  return progress === undefined ? 0 : (progress.secondsLeft ?? NaN);
}
