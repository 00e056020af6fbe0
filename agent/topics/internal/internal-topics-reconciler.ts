import { BrokerConfig, TopicDefinitionConfig } from '../../../lib/seam/agent-config';
import { reasonOf } from '../../runtime/errors';
import { ownBroker } from '../../kafka/addresses';
import { ClusterView, clusterView } from '../../kafka/cluster-view';
import { KafkaSession } from '../../kafka/connection';
import { TOPIC_ERROR, createTopics } from '../../kafka/topic-admin';
import { log } from '../../runtime/log';
import { problems } from '../../runtime/problems';
import { formatDuration } from '../../text/duration';
import { ControllerRequests } from '../controller-requests';
import { InternalTopicsStep, internalTopicsStep, pauseAfter } from './internal-topics';

const DEADLINE_MS = 20_000;

/** Attempts, about 14 seconds, after which every view has a topic that exists. */
const ATTEMPTS_UNTIL_VISIBLE = 3;

const HIDDEN =
  'they exist, but Kafka does not show them to this agent; allow its principal to describe all topics';

/**
 * Creates the internal topics of Kafka on the brokers of their map. The coordinators cannot create them, because of the
 * replication factors in the settings of the brokers, and clients wait until they exist.
 */
export class InternalTopicsReconciler {
  private readonly controller: ControllerRequests;
  private missingSince?: number;
  private attempts = 0;
  private nextAttemptMs = -Infinity;
  private lastMessage = '';
  private isBusy = false;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
    private readonly topics: readonly TopicDefinitionConfig[],
    private readonly monotonicMs: () => number = () => performance.now(),
    private readonly fetchFullView = () =>
      KafkaSession.with(ownBroker(config, self), DEADLINE_MS, clusterView),
  ) {
    this.controller = new ControllerRequests(ownBroker(config, self));
  }

  /**
   * Creates missing topics if this broker is responsible for them. Returns at once: readiness must not wait for topics.
   *
   * @param view view with all topics; partitions of other brokers may be missing
   */
  reconcile(view: ClusterView): void {
    if (!this.isBusy) {
      this.isBusy = true;
      void this.reconcileOnce(view).finally(() => (this.isBusy = false));
    }
  }

  private async reconcileOnce(view: ClusterView): Promise<void> {
    const step = this.stepFor(view);
    if (step.kind === 'nothing missing') {
      this.missingSince = undefined;
      this.attempts = 0;
      this.nextAttemptMs = -Infinity;
      problems.clear('internal-topics-not-created');
      return;
    }
    this.missingSince ??= this.monotonicMs();
    if (step.kind === 'wait') {
      this.logOnce(`internal topics are not created yet: ${step.reason}`);
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
    if (this.monotonicMs() < this.nextAttemptMs) {
      return;
    }
    const problem = await this.attempt().catch(reasonOf);
    if (problem === undefined) {
      this.attempts = 0;
      return;
    }
    this.attempts += 1;
    const pause = pauseAfter(this.attempts);
    this.nextAttemptMs = this.monotonicMs() + pause;
    // A topic that was created a moment ago is not in all views yet.
    if (problem !== HIDDEN || this.attempts > ATTEMPTS_UNTIL_VISIBLE) {
      problems.report('internal-topics-not-created', problem);
      log.warn(`internal topics cannot be created: ${problem}`, {
        nextAttempt: `in ${formatDuration(pause / 1000)}`,
      });
    }
  }

  /** Creates the topics. Returns the reason if that does not help. */
  private async attempt(): Promise<string | undefined> {
    // Replicas are placed on the brokers with the fewest replicas, so a view of all partitions is needed.
    const step = this.stepFor(await this.fetchFullView());
    if (step.kind !== 'create') {
      return undefined;
    }
    const { topics } = step;
    const rejected = await this.controller.send(topics, createTopics);
    const names = new Set(rejected.map(({ name }) => name));
    const created = topics.map(({ name }) => name).filter((name) => !names.has(name));
    if (created.length > 0) {
      log.info('internal topics created', { topics: created, map: this.config.mapName });
    }
    const failed = rejected.filter(({ errorCode }) => errorCode !== TOPIC_ERROR.alreadyExists);
    if (failed.length > 0) {
      return failed.map(({ name, errorMessage }) => `${name}: ${errorMessage}`).join('; ');
    }
    return rejected.length > 0 ? HIDDEN : undefined;
  }

  private logOnce(message: string): void {
    if (message !== this.lastMessage) {
      log.info(message);
      this.lastMessage = message;
    }
  }
}
