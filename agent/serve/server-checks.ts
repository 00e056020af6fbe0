/* Checks of the readiness of a server, by its role, and its metrics. */
import {
  BrokerConfig,
  ControllerConfig,
  ServerPodConfig,
  ZookeeperConfig,
} from '../../lib/seam/agent-config';
import { DiskMonitor, diskMonitorOf } from '../disks/disk-monitor';
import { hasCaughtUpOnce, isInAnyIsr } from '../identity/membership';
import { ownId } from '../identity/pod-id';
import { QuorumView } from '../kafka/quorum-view';
import { partitionsSharingZone } from '../kafka/shared-zones';
import { eventsOfPod } from '../kubernetes/events';
import { BrokerFacts, judgeBroker } from '../readiness/judge-broker';
import { judgeController } from '../readiness/judge-controller';
import { judgeZookeeper } from '../readiness/judge-zookeeper';
import { BrokerMonitor } from '../readiness/observe-broker';
import { RoundCost } from '../readiness/round-plan';
import { Verdict } from '../readiness/verdict';
import { RefillMonitor, refillMonitorOf } from '../refill/refill-monitor';
import { Pod } from '../restart/lease-state';
import { PreferredLeaderElector } from '../restart/preferred-leader-elector';
import { InternalTopicsReconciler } from '../topics/internal/internal-topics-reconciler';
import { RightsReconciler } from '../rights/rights-reconciler';
import { ownServer } from '../zookeeper/addresses';
import { fetchServerMode } from '../zookeeper/ensemble-view';
import { ControllerQuorum } from './controller';
import { Metrics } from './metrics';

/**
 * Time after which a broker asks the next peer for a second view. Each change of the peer costs a new connection. The common
 * clock gives each broker one other broker that asks it.
 */
const PEER_ROTATION_MS = 300_000;

/** Checks of a server, by role. */
export interface ServerChecks {
  readonly id: number;
  readonly judge: () => Promise<Verdict>;
  /** True if the last check found the server in an ISR, or among the voters that have caught up once. */
  readonly isMember: () => boolean;
  /** True if the server, once in sync, has its preferred leaderships back. */
  readonly isRestored: () => boolean;
  /** Cost of the last check. */
  readonly cost?: () => RoundCost;
  /** The quorum of a controller. */
  readonly quorum?: ControllerQuorum;
  /** The log directories of a broker. */
  readonly disks?: DiskMonitor;
  /** Creates the measurement of the progress of a broker that is out of sync. */
  readonly refillMonitor?: (outOfSyncSeconds: () => number) => RefillMonitor;
  /** Adds the metrics of this kind of server. */
  readonly addMetrics?: (metrics: Metrics) => void;
}

/** Returns the checks of a server. */
export function checksOf(config: ServerPodConfig, pod: Pod): ServerChecks {
  switch (config.role) {
    case 'broker':
      return brokerChecks(config, pod);
    case 'controller':
      return controllerChecks(config, pod);
    case 'zookeeper':
      return zookeeperChecks(config, pod.name);
  }
}

function brokerChecks(config: BrokerConfig, pod: Pod): ServerChecks {
  const id = ownId(config, pod.name);
  const internalTopics =
    config.internalTopics && new InternalTopicsReconciler(config, id, config.internalTopics);
  const programRights = config.internalTopics && new RightsReconciler(config, id);
  const elector = new PreferredLeaderElector(config, id);
  const monitor = new BrokerMonitor(config, id);
  const disks = diskMonitorOf(config, id, eventsOfPod(config.namespace, pod));
  let judged: { readonly facts: BrokerFacts; readonly verdict: Verdict } | undefined;
  const judge: ServerChecks['judge'] = async () => {
    const offset = Math.floor(Date.now() / PEER_ROTATION_MS);
    const isReady = judged?.verdict.ready ?? false;
    const facts = await monitor.observe(offset, isReady).catch((error: unknown) => {
      judged = undefined;
      elector.onServerDown();
      throw error;
    });
    internalTopics?.reconcile(facts.own);
    programRights?.reconcile(facts.own);
    // Unchanged facts are not judged again: a broker can have thousands of partitions out of sync.
    judged = judged?.facts === facts ? judged : { facts, verdict: judgeBroker(facts) };
    if (judged.verdict.ready) {
      elector.onInSync(facts.own);
    }
    return disks.explain(judged.verdict);
  };
  const addMetrics = (metrics: Metrics) =>
    metrics.addGauge(
      'cdk8s_kafka_partitions_sharing_zone',
      'Partitions with a replica on this broker and two replicas in one zone; NaN if unknown',
      () => (judged ? partitionsSharingZone(id, judged.facts.own) : NaN),
    );
  return {
    id,
    judge,
    addMetrics,
    disks,
    refillMonitor: (outOfSyncSeconds) =>
      refillMonitorOf(config, id, () => ({ facts: judged?.facts, outOfSyncSeconds: outOfSyncSeconds() })),
    isMember: () => isInAnyIsr(id, judged?.facts.own.partitions),
    isRestored: () => elector.isDone,
    cost: () => monitor.cost,
  };
}

function controllerChecks(config: ControllerConfig, pod: Pod): ServerChecks {
  const id = ownId(config, pod.name);
  const quorum = new ControllerQuorum(config, id, pod);
  let view: QuorumView | undefined;
  return {
    id,
    judge: async () => judgeController(id, (view = await quorum.observe())),
    isMember: () => hasCaughtUpOnce(id, view),
    isRestored: () => true,
    quorum,
  };
}

function zookeeperChecks(config: ZookeeperConfig, podName: string): ServerChecks {
  const id = ownId(config, podName);
  return {
    id,
    judge: async () => judgeZookeeper(id, await fetchServerMode(ownServer())),
    // A server of a quorum is ready.
    isMember: () => false,
    isRestored: () => true,
  };
}
