import { BrokerConfig, ServerPodConfig } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { MetadataCache } from '../kafka/cluster-view';
import { KafkaSession } from '../kafka/connection';
import { Verdict, notReady } from '../readiness/verdict';
import { QuorumMonitor } from '../readiness/observe-controller';
import { reasonOf } from '../runtime/errors';
import { problems } from '../runtime/problems';
import { otherServers, ownServer } from '../zookeeper/addresses';
import { fetchEnsembleView } from '../zookeeper/ensemble-view';
import { MinInSyncReplicas } from './min-in-sync-replicas';
import { nextBrokerObstacle, nextControllerObstacle, nextZookeeperObstacle } from './next-stop';

const DEADLINE_MS = 5_000;
/** Interval of looks while the next server cannot stop. Each one reads the metadata of all topics. */
const INTERVAL_MS = 5_000;

/** Returns the reason why the server that a rollout stops next cannot stop; undefined if it can. */
export type NextStopObserver = () => Promise<string | undefined>;

/**
 * Keeps a server that has restarted not ready until the next server of a rollout may stop. Once it was ready, it stays ready: other
 * failures do not concern it.
 */
export class RolloutBrake {
  private isArmed = false;
  private lookedAt = -Infinity;
  private obstacle?: string;

  constructor(
    private readonly observe: NextStopObserver,
    private readonly recordEvent: (reason: string, message: string) => Promise<void>,
  ) {}

  /** Notes that the server does not answer, so that it has restarted when it is ready. */
  onServerDown(): void {
    this.isArmed = true;
    this.lookedAt = -Infinity;
  }

  /** Returns the verdict for Kubernetes. */
  async apply(verdict: Verdict): Promise<Verdict> {
    if (!this.isArmed || !verdict.ready) {
      return verdict;
    }
    const now = performance.now();
    if (now - this.lookedAt >= INTERVAL_MS) {
      this.lookedAt = now;
      this.obstacle = await this.observe().catch((error: unknown) => reasonOf(error));
    }
    problems.update('rollout-paused', this.obstacle);
    if (this.obstacle === undefined) {
      this.isArmed = false;
      return verdict;
    }
    const reason = `the server is in sync, but a rollout must not stop the next server yet: ${this.obstacle}`;
    void this.recordEvent(
      'RolloutPaused',
      `${reason}. To continue the rollout nevertheless, declare this pod ready with cdk8s-kafka force-ready`,
    );
    return notReady(reason);
  }
}

/** Returns the observer for a server. StatefulSets restart their pods from the highest ordinal down. */
export function nextStopObserver(config: ServerPodConfig, self: number): NextStopObserver {
  const next = self - 1;
  switch (config.role) {
    case 'broker':
      return next < config.brokerIds.first ? async () => undefined : nextBrokerObserver(config, self, next);
    case 'controller': {
      const monitor = new QuorumMonitor(config, self);
      return async () => nextControllerObstacle(next, await monitor.observe());
    }
    case 'zookeeper': {
      const servers = new Map([[self, ownServer()], ...otherServers(config, self)]);
      const ids = config.servers.map(({ id }) => id);
      return async () => nextZookeeperObstacle(next, ids, await fetchEnsembleView(servers));
    }
  }
}

function nextBrokerObserver(config: BrokerConfig, self: number, next: number): NextStopObserver {
  const metadata = new MetadataCache(next);
  const minInSync = new MinInSyncReplicas(DEADLINE_MS);
  const server = ownBroker(config, self);
  return async () => {
    const view = await KafkaSession.with(server, DEADLINE_MS, (session) => metadata.fetch(session));
    const topics = view.partitions.filter(({ isr }) => isr.includes(next)).map(({ topic }) => topic);
    await minInSync.read(server, [...new Set(topics)]);
    return nextBrokerObstacle({ self, next }, view, minInSync.byTopic);
  };
}
