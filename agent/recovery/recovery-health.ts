import { RecoveryConfig } from '../../lib/seam/agent-config';
import { Health, MetricsPage } from '../runtime/http-server';
import { addProblemMetric } from '../runtime/problems';
import { addProcessMetrics } from '../runtime/process-metrics';
import { Counter, Gauge, Registry } from '../runtime/prometheus';
import { RecoveryRound } from './recovery-loop';

/** Time without a completed round after which the container restarts. */
const HUNG_MS = 300_000;

/** Health and metrics of the recovery. */
export class RecoveryHealth implements Health {
  /** Prometheus metrics. */
  readonly metrics: MetricsPage;
  private round?: RecoveryRound;
  private failure?: string = 'no round yet';
  private holder?: string;
  private freed = 0;
  private checkedAt: number;
  private transitionAt: number;

  constructor({ clusterName }: RecoveryConfig, now: number) {
    this.checkedAt = now;
    this.transitionAt = now;
    this.metrics = this.metricsOf(clusterName);
  }

  /**
   * Publishes a round.
   *
   * @param round the identity of another process if that one holds the Lease
   */
  publish(round: RecoveryRound | string, now: number): void {
    this.holder = typeof round === 'string' ? round : undefined;
    this.round = typeof round === 'string' ? undefined : round;
    this.freed += this.round?.freed === undefined ? 0 : 1;
    this.update(undefined, now);
  }

  /** Publishes a round that failed. */
  recordFailure(reason: string, now: number): void {
    this.update(reason, now);
  }

  current(): { readonly ready: boolean; readonly reason: string } {
    const lost = this.round?.decision.verdicts.length ?? 0;
    const state =
      this.holder === undefined
        ? `${lost} servers are lost`
        : `${this.holder} has the Lease; this process acts when it has it`;
    return { ready: this.failure === undefined, reason: this.failure ?? state };
  }

  secondsSinceTransition(now: number): number {
    return (now - this.transitionAt) / 1_000;
  }

  isAlive(now: number): boolean {
    return now - this.checkedAt <= HUNG_MS;
  }

  private update(failure: string | undefined, now: number): void {
    if ((failure === undefined) !== (this.failure === undefined)) {
      this.transitionAt = now;
    }
    this.failure = failure;
    this.checkedAt = now;
  }

  private metricsOf(cluster: string): MetricsPage {
    const registry = new Registry();
    registry.setDefaultLabels({ cluster });
    addProcessMetrics(registry, 'cdk8s_kafka_agent_');
    addProblemMetric(registry, ['api-server-unreachable']);
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(value());
        },
      });
    const decision = () => this.round?.decision;
    gauge(
      'cdk8s_kafka_recovery_lost_servers',
      'Servers that cannot start because the node of their local volumes is gone',
      () => decision()?.verdicts.length ?? 0,
    );
    gauge(
      'cdk8s_kafka_recovery_needs_person',
      '1 while the recovery waits for the decision of a person',
      () => Number((decision()?.needsPerson.length ?? 0) > 0),
    );
    gauge('cdk8s_kafka_recovery_paused', '1 while the recovery is paused by an annotation', () =>
      Number(this.round?.isPaused === true),
    );
    const freed = () => this.freed;
    new Counter({
      name: 'cdk8s_kafka_recovery_freed_servers_total',
      help: 'Servers whose claims were deleted',
      labelNames: [],
      registers: [registry],
      collect() {
        this.reset();
        this.inc({}, freed());
      },
    });
    return { contentType: registry.contentType, page: () => registry.metrics() };
  }
}
