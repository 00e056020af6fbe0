import { BrokerConfig, TopicDefinitionConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView } from '../kafka/cluster-view';
import { PlacedTopic, TOPIC_ALREADY_EXISTS } from '../kafka/topic-admin';
import { log } from '../log';
import { createOnController } from './create';
import { internalTopicsStep } from './internal-topics';

/**
 * Creates Kafka's own topics on the brokers of their map. The coordinators cannot do it by themselves, see the
 * replication factors in the brokers' settings, so clients wait for it.
 */
export class InternalTopicsKeeper {
  private missingSince?: number;
  private said = '';
  private isBusy = false;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
    private readonly topics: readonly TopicDefinitionConfig[],
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Creates what is missing, if it is this broker's turn. Returns at once: readiness must not wait for topics. */
  keep(view: ClusterView): void {
    if (!this.isBusy) {
      this.isBusy = true;
      void this.look(view)
        .catch((error: unknown) => this.say('error', `internal topics: ${reasonOf(error)}`))
        .finally(() => (this.isBusy = false));
    }
  }

  private async look(view: ClusterView): Promise<void> {
    const now = this.clock();
    const step = internalTopicsStep({
      self: this.self,
      brokerIds: this.config.brokerIds,
      topics: this.topics,
      view,
      waitedMs: now - (this.missingSince ?? now),
    });
    if (step.kind === 'nothing missing') {
      this.missingSince = undefined;
      return;
    }
    this.missingSince ??= now;
    if (step.kind === 'wait') {
      this.say('info', `internal topics wait: ${step.reason}`);
    } else if (step.kind === 'create') {
      await this.create(step.topics);
    }
  }

  private async create(topics: readonly PlacedTopic[]): Promise<void> {
    try {
      const refused = await createOnController(ownBroker(this.config, this.self), topics);
      const names = new Set(refused.map(({ name }) => name));
      const created = topics.map(({ name }) => name).filter((name) => !names.has(name));
      if (created.length > 0) {
        log.info('internal topics created', { topics: created, map: this.config.mapName });
      }
      // One that exists already was created by another broker a moment ago, and that broker says so.
      const failed = refused.filter(({ errorCode }) => errorCode !== TOPIC_ALREADY_EXISTS);
      if (failed.length > 0) {
        this.say('error', failed.map(({ name, errorMessage }) => `${name}: ${errorMessage}`).join('; '));
      }
    } catch (error) {
      this.say('warn', `internal topics cannot be created yet: ${reasonOf(error)}`);
    }
  }

  private say(level: 'info' | 'warn' | 'error', message: string): void {
    if (message !== this.said) {
      log[level](message);
      this.said = message;
    }
  }
}
