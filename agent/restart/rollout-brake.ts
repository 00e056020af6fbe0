import { BrokerConfig, ControllerConfig, ServerPodConfig } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { MetadataCache } from '../kafka/cluster-view';
import { KafkaSession } from '../kafka/connection';
import { Verdict } from '../readiness/verdict';
import { QuorumMonitor } from '../readiness/observe-controller';
import { EventRecorder, eventsOfPod } from '../kubernetes/events';
import { reasonOf } from '../runtime/errors';
import { problems } from '../runtime/problems';
import { isListening } from '../runtime/tcp-port';
import { Pod } from './lease-state';
import { MinInSyncReplicas } from './min-in-sync-replicas';
import { nextBrokerObstacle, nextControllerObstacle } from './next-stop';

const DEADLINE_MS = 5_000;
/** Interval of checks while the next server cannot stop. Each one reads the metadata of all topics. */
const INTERVAL_MS = 5_000;

/** Returns the reason why the server that a rollout stops next cannot stop; undefined if it can. */
export type NextStopObserver = () => Promise<string | undefined>;

/** Dependencies of the brake. */
export interface BrakeEdges {
  readonly observe: NextStopObserver;
  /** True if a process listens on the port of the server, even if it is too busy to answer. */
  readonly isListening: () => Promise<boolean>;
  /** Records an Event of the pod. */
  readonly recordEvent: EventRecorder;
}

/**
 * Keeps a server that has restarted not ready until the next server of a rollout may stop. Once it was ready, it stays ready: other
 * failures do not concern it.
 */
export class RolloutBrake {
  /** The agent does not know what was before its own start. */
  private isArmed = true;
  private checkedAt = -Infinity;
  private obstacle?: string;
  private isRecorded = false;

  constructor(private readonly edges: BrakeEdges) {}

  /** Notes that the server does not answer. It restarts only if its port is closed: a busy server misses a deadline too. */
  async onNoAnswer(): Promise<void> {
    if (!(await this.edges.isListening())) {
      this.isArmed = true;
      this.checkedAt = -Infinity;
      this.isRecorded = false;
    }
  }

  /** Returns the verdict for Kubernetes. */
  async apply(verdict: Verdict): Promise<Verdict> {
    if (!this.isArmed || !verdict.ready) {
      problems.clear('rollout-paused');
      return verdict;
    }
    const now = performance.now();
    if (now - this.checkedAt >= INTERVAL_MS) {
      this.checkedAt = now;
      this.obstacle = await this.edges.observe().catch((error: unknown) => reasonOf(error));
    }
    problems.update('rollout-paused', this.obstacle);
    if (this.obstacle === undefined) {
      this.isArmed = false;
      return verdict;
    }
    const reason = `the server is in sync, but a rollout must not stop the next server yet: ${this.obstacle}`;
    this.recordOnce(reason);
    return { ...verdict, ready: false, reason, isPaused: true };
  }

  /** The partitions in the reason change while replicas catch up, so each check would record another Event. */
  private recordOnce(reason: string): void {
    if (!this.isRecorded) {
      this.isRecorded = true;
      void this.edges.recordEvent(
        'Warning',
        'RolloutPaused',
        `${reason}. To continue the rollout nevertheless, declare this pod ready with cdk8s-kafka force-ready`,
      );
    }
  }
}

/**
 * Returns the brake of a server. ZooKeeper has none: the Service through which brokers connect contains only ready pods, so a pause would
 * take a healthy server away from them. Its majority is protected by the preStop hook.
 */
export function rolloutBrakeOf(config: ServerPodConfig, id: number, pod: Pod): RolloutBrake | undefined {
  if (config.role === 'zookeeper') {
    return undefined;
  }
  const { port } = config.role === 'broker' ? config.internalListener : config.listener;
  return new RolloutBrake({
    observe: nextStopObserver(config, id),
    isListening: () => isListening(port),
    recordEvent: eventsOfPod(config.namespace, pod),
  });
}

/** Returns the observer for a broker or controller. StatefulSets restart their pods from the highest ordinal down. */
export function nextStopObserver(config: BrokerConfig | ControllerConfig, self: number): NextStopObserver {
  const next = self - 1;
  switch (config.role) {
    case 'broker':
      return next < config.brokerIds.first ? async () => undefined : nextBrokerObserver(config, self, next);
    case 'controller': {
      const monitor = new QuorumMonitor(config, self);
      return async () => nextControllerObstacle(next, await monitor.observe());
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
    // Without the setting, the decision assumes a value, as that of the preStop hook does.
    await minInSync.read(server, [...new Set(topics)]).catch(() => undefined);
    return nextBrokerObstacle({ self, next }, view, minInSync.byTopic);
  };
}
