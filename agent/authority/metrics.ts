import { AuthorityConfig } from '../../lib/seam/agent-config';
import { MetricsPage } from '../runtime/http-server';
import { AuthorityHealth, ReconcileReport } from './health';
import { PHASES } from './state';
import { AUTHORITY_PROBLEMS, addProblemMetric } from '../runtime/problems';
import { addProcessMetrics } from '../runtime/process-metrics';
import { Counter, Gauge, Registry } from '../runtime/prometheus';

/** Prometheus metrics of the authority. */
export class AuthorityMetrics implements MetricsPage {
  private readonly registry = new Registry();

  constructor(
    private readonly config: AuthorityConfig,
    private readonly health: AuthorityHealth,
  ) {
    this.registry.setDefaultLabels({ cluster: config.clusterName });
    addProcessMetrics(this.registry, 'cdk8s_kafka_agent_');
    addProblemMetric(this.registry, AUTHORITY_PROBLEMS);
    this.gauge(
      'cdk8s_kafka_issued_ca_expiry_timestamp_seconds',
      'Expiry of a CA',
      ['ca'],
      (set, { state }) => {
        for (const { number, notAfter } of state.cas) {
          set(Date.parse(notAfter) / 1000, { ca: number });
        }
      },
    );
    this.gauge(
      'cdk8s_kafka_issued_certificate_expiry_timestamp_seconds',
      'Expiry of the last issued certificate of a Secret',
      ['secret'],
      (set, { state }) => {
        for (const [secret, { notAfter }] of Object.entries(state.certificates)) {
          set(Date.parse(notAfter) / 1000, { secret });
        }
      },
    );
    this.gauge(
      'cdk8s_kafka_rotation_phase',
      '1 for the current phase of the rotation',
      ['phase'],
      (set, { state }) => {
        for (const phase of PHASES) {
          set(phase === state.phase ? 1 : 0, { phase });
        }
      },
    );
    this.gauge(
      'cdk8s_kafka_rotation_phase_seconds',
      'Seconds since the start of the current phase',
      [],
      (set, { state }) => set((Date.now() - Date.parse(state.since)) / 1000, {}),
    );
    this.gauge(
      'cdk8s_kafka_rotation_paused',
      '1 while the rotation is paused by an annotation',
      [],
      (set, { paused }) => set(paused ? 1 : 0, {}),
    );
    this.gauge(
      'cdk8s_kafka_rotation_rollout_pending',
      '1 while a rollout is announced or in progress',
      [],
      (set, { state }) => set(state.rollout === undefined ? 0 : 1, {}),
    );
    this.failures();
  }

  page(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Adds a gauge with values of every CA that has been reconciled. */
  private gauge(
    name: string,
    help: string,
    labels: readonly string[],
    collect: (
      set: (value: number, labels: Record<string, string | number>) => void,
      report: ReconcileReport,
    ) => void,
  ): void {
    const { config, health } = this;
    new Gauge({
      name,
      help,
      labelNames: ['pki', ...labels],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { name: pki } of config.pkis) {
          const report = health.lastReport(pki);
          if (report) {
            collect((value, more) => this.set({ pki, ...more }, value), report);
          }
        }
      },
    });
  }

  private failures(): void {
    const { config, health } = this;
    new Counter({
      name: 'cdk8s_kafka_authority_reconcile_failures_total',
      help: 'Failed reconciliations',
      labelNames: ['pki'],
      registers: [this.registry],
      collect() {
        this.reset();
        config.pkis.forEach(({ name }) => this.inc({ pki: name }, health.failuresOf(name)));
      },
    });
  }
}
