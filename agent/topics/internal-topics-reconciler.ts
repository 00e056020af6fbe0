import { BrokerConfig, TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView, clusterView } from '../kafka/cluster-view';
import { KafkaSession } from '../kafka/connection';
import { TOPIC_ALREADY_EXISTS } from '../kafka/topic-admin';
import { log } from '../runtime/log';
import { createOnController } from './create';
import { InternalTopicsStep, internalTopicsStep } from './internal-topics';

const DEADLINE_MS = 20_000;

/**
 * Creates the internal topics of Kafka on the brokers of their map. The coordinators cannot create them, because of the
 * replication factors in the settings of the brokers, and clients wait until they exist.
 */
export class InternalTopicsReconciler {
  private missingSince?: number;
  private lastMessage = '';
  private isBusy = false;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
    private readonly topics: readonly TopicDefinitionConfig[],
    private readonly monotonicMs: () => number = () => performance.now(),
    private readonly fetchFullView = () =>
      KafkaSession.with(ownBroker(config, self), DEADLINE_MS, clusterView),
  ) {}

  /**
   * Creates missing topics if this broker is responsible for them. Returns at once: readiness must not wait for topics.
   *
   * @param view view with all topics; partitions of other brokers may be missing
   */
  reconcile(view: ClusterView): void {
    if (!this.isBusy) {
      this.isBusy = true;
      void this.reconcileOnce(view)
        .catch((error: unknown) => this.logOnce('error', `cannot create internal topics: ${reasonOf(error)}`))
        .finally(() => (this.isBusy = false));
    }
  }

  private async reconcileOnce(view: ClusterView): Promise<void> {
    const step = this.stepFor(view);
    if (step.kind === 'nothing missing') {
      this.missingSince = undefined;
      return;
    }
    this.missingSince ??= this.monotonicMs();
    if (step.kind === 'wait') {
      this.logOnce('info', `internal topics are not created yet: ${step.reason}`);
    } else if (step.kind === 'create') {
      await this.create();
    }
  }

  private stepFor(view: ClusterView): InternalTopicsStep {
    const { self, topics, config, missingSince } = this;
    const now = this.monotonicMs();
    return internalTopicsStep({
      self,
      brokerIds: config.brokerIds,
      topics,
      view,
      waitedMs: now - (missingSince ?? now),
    });
  }

  private async create(): Promise<void> {
    try {
      // Replicas are placed on the brokers with the fewest replicas, so a view of all partitions is needed.
      const step = this.stepFor(await this.fetchFullView());
      const topics = step.kind === 'create' ? step.topics : [];
      if (topics.length === 0) {
        return;
      }
      const rejected = await createOnController(ownBroker(this.config, this.self), topics);
      const names = new Set(rejected.map(({ name }) => name));
      const created = topics.map(({ name }) => name).filter((name) => !names.has(name));
      if (created.length > 0) {
        log.info('internal topics created', { topics: created, map: this.config.mapName });
      }
      // An existing topic was created by another broker a moment ago, which has logged it.
      const failed = rejected.filter(({ errorCode }) => errorCode !== TOPIC_ALREADY_EXISTS);
      if (failed.length > 0) {
        this.logOnce('error', failed.map(({ name, errorMessage }) => `${name}: ${errorMessage}`).join('; '));
      }
    } catch (error) {
      this.logOnce('warn', `cannot create internal topics yet: ${reasonOf(error)}`);
    }
  }

  private logOnce(level: 'info' | 'warn' | 'error', message: string): void {
    if (message !== this.lastMessage) {
      log[level](message);
      this.lastMessage = message;
    }
  }
}
