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
 * Creates Kafka's own topics on the brokers of their map. The coordinators cannot do it by themselves, see the
 * replication factors in the brokers' settings, so clients wait for it.
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
    private readonly fetchFullView = () => KafkaSession.with(ownBroker(config, self), DEADLINE_MS, clusterView),
  ) {}

  /**
   * Creates what is missing, if it is this broker's turn. Returns at once: readiness must not wait for topics.
   *
   * @param view with all topics; partitions of other brokers may be missing
   */
  reconcile(view: ClusterView): void {
    if (!this.isBusy) {
      this.isBusy = true;
      void this.reconcileOnce(view)
        .catch((error: unknown) => this.logOnce('error', `internal topics: ${reasonOf(error)}`))
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
      this.logOnce('info', `internal topics wait: ${step.reason}`);
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
      // Replicas go where there are the fewest, so those of other brokers count too.
      const step = this.stepFor(await this.fetchFullView());
      const topics = step.kind === 'create' ? step.topics : [];
      if (topics.length === 0) {
        return;
      }
      const refused = await createOnController(ownBroker(this.config, this.self), topics);
      const names = new Set(refused.map(({ name }) => name));
      const created = topics.map(({ name }) => name).filter((name) => !names.has(name));
      if (created.length > 0) {
        log.info('internal topics created', { topics: created, map: this.config.mapName });
      }
      // One that exists already was created by another broker a moment ago, and that broker says so.
      const failed = refused.filter(({ errorCode }) => errorCode !== TOPIC_ALREADY_EXISTS);
      if (failed.length > 0) {
        this.logOnce('error', failed.map(({ name, errorMessage }) => `${name}: ${errorMessage}`).join('; '));
      }
    } catch (error) {
      this.logOnce('warn', `internal topics cannot be created yet: ${reasonOf(error)}`);
    }
  }

  private logOnce(level: 'info' | 'warn' | 'error', message: string): void {
    if (message !== this.lastMessage) {
      log[level](message);
      this.lastMessage = message;
    }
  }
}
