import { AuthorityConfig } from '../../lib/seam/agent-config';
import { MetricsPage } from '../runtime/http-server';
import { AuthorityHealth, ReconcileReport } from './health';
import { PHASES } from './state';
import { addProcessMetrics } from '../runtime/process-metrics';
import { Counter, Gauge, Registry } from '../runtime/prometheus';

const DAY_MS = 86_400_000;

/** Metrics of authorities, in the format of Prometheus. */
export class AuthorityMetrics implements MetricsPage {
  private readonly registry = new Registry();

  constructor(
    private readonly config: AuthorityConfig,
    private readonly health: AuthorityHealth,
  ) {
    this.registry.setDefaultLabels({ cluster: config.clusterName });
    addProcessMetrics(this.registry, 'cdk8s_kafka_agent_');
    this.gauge('cdk8s_kafka_ca_days_left', 'Days until a CA ends', ['ca'], (set, { state }) => {
      for (const { number, notAfter } of state.cas) {
        set(daysUntil(notAfter), { ca: number });
      }
    });
    this.gauge(
      'cdk8s_kafka_issued_certificate_days_left',
      'Days until a certificate that was issued last ends',
      ['secret'],
      (set, { state }) => {
        for (const [secret, { notAfter }] of Object.entries(state.leaves)) {
          set(daysUntil(notAfter), { secret });
        }
      },
    );
    this.gauge(
      'cdk8s_kafka_rotation_phase',
      '1 for the phase of the rotation',
      ['phase'],
      (set, { state }) => {
        for (const phase of PHASES) {
          set(phase === state.phase ? 1 : 0, { phase });
        }
      },
    );
    this.gauge('cdk8s_kafka_rotation_phase_seconds', 'Seconds in this phase', [], (set, { state }) =>
      set((Date.now() - Date.parse(state.since)) / 1000, {}),
    );
    this.gauge('cdk8s_kafka_rotation_paused', '1 while somebody holds the rotation', [], (set, { paused }) =>
      set(paused ? 1 : 0, {}),
    );
    this.gauge(
      'cdk8s_kafka_rotation_restarts_pending',
      '1 while restarts are to be done',
      [],
      (set, { state }) => set(state.pass === undefined ? 0 : 1, {}),
    );
    this.failures();
  }

  page(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** A gauge with values of every authority that has had a round. */
  private gauge(
    name: string,
    help: string,
    labels: readonly string[],
    collect: (
      set: (value: number, labels: Record<string, string | number>) => void,
      round: ReconcileReport,
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
          const round = health.lastReport(pki);
          if (round) {
            collect((value, more) => this.set({ pki, ...more }, value), round);
          }
        }
      },
    });
  }

  private failures(): void {
    const { config, health } = this;
    new Counter({
      name: 'cdk8s_kafka_authority_failures_total',
      help: 'Rounds that came to nothing',
      labelNames: ['pki'],
      registers: [this.registry],
      collect() {
        this.reset();
        config.pkis.forEach(({ name }) => this.inc({ pki: name }, health.failuresOf(name)));
      },
    });
  }
}

function daysUntil(time: string): number {
  return (Date.parse(time) - Date.now()) / DAY_MS;
}
