import { BrokerConfig, TopicDefinitionConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { ownBroker } from '../kafka/addresses';
import { ClusterView } from '../kafka/cluster-view';
import { TOPIC_ALREADY_EXISTS } from '../kafka/topic-admin';
import { log } from '../log';
import { brokersOfMap, obstacle } from './brokers-of-map';
import { createOnController } from './create';
import { Placement } from './placement';

/** How long brokers of the map may be missing before their absence is accepted, if zones allow it. */
const PATIENCE_MS = 120_000;

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
    const missing = this.topics.filter(({ name }) => !view.topics.has(name));
    const { live, missing: absent } = brokersOfMap(this.config.brokerIds, view);
    if (missing.length === 0) {
      this.missingSince = undefined;
      return;
    }
    this.missingSince ??= Date.now();
    const waited = Date.now() - this.missingSince;
    // One broker is enough; the next one steps in when the agent of the first does not.
    const turn = live.findIndex(({ id }) => id === this.self);
    if (turn < 0 || waited < turn * PATIENCE_MS) {
      return;
    }
    const isPatient = absent.length > 0 && waited < PATIENCE_MS;
    const reason = isPatient
      ? `brokers ${absent.join(', ')} are not there yet`
      : missing
          .map(({ replicationFactor }) => obstacle({ live, missing: absent }, replicationFactor))
          .find(Boolean);
    if (reason !== undefined) {
      this.say('info', `internal topics wait: ${reason}`);
      return;
    }
    await this.create(view, missing);
  }

  private async create(view: ClusterView, missing: readonly TopicDefinitionConfig[]): Promise<void> {
    const { live } = brokersOfMap(this.config.brokerIds, view);
    const placement = new Placement(
      live,
      view.partitions.map(({ replicas }) => replicas),
    );
    const topics = missing.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      assignments: placement.placeTopic(partitions, replicationFactor),
      config: config ?? {},
    }));
    try {
      const refused = await createOnController(ownBroker(this.config, this.self), topics);
      const failed = refused.filter(({ errorCode }) => errorCode !== TOPIC_ALREADY_EXISTS);
      if (failed.length === 0) {
        log.info('internal topics created', {
          topics: topics.map(({ name }) => name),
          map: this.config.mapName,
        });
      } else {
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
