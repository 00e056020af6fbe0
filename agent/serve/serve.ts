import { setTimeout as sleep } from 'node:timers/promises';
import {
  AGENT_PORT,
  BrokerConfig,
  ControllerConfig,
  PRE_STOP_PORT,
  ServerPodConfig,
  ZookeeperConfig,
} from '../../lib/seam/agent-config';
import { environment } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { Ledger, LedgerEntry } from '../identity/ledger';
import { LedgerWriter } from '../identity/ledger-writer';
import { hasCaughtUpOnce, isInAnyIsr } from '../identity/membership';
import { ownId } from '../identity/pod-id';
import { QuorumView } from '../kafka/quorum-view';
import { partitionsSharingZone } from '../kafka/shared-zones';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { runReconcileLoop } from '../runtime/reconcile-loop';
import { ForceReadyOverride } from '../readiness/force-ready-override';
import { BrokerFacts, judgeBroker } from '../readiness/judge-broker';
import { judgeController } from '../readiness/judge-controller';
import { judgeZookeeper } from '../readiness/judge-zookeeper';
import { BrokerMonitor } from '../readiness/observe-broker';
import { RoundCost, pauseAfter } from '../readiness/round-plan';
import { Verdict, notReady } from '../readiness/verdict';
import { PreferredLeaderElector } from '../restart/preferred-leader-elector';
import { Pod } from '../restart/lease-state';
import { RolloutBrake, rolloutBrakeOf } from '../restart/rollout-brake';
import { StopCoordinator } from '../restart/stop-coordinator';
import { InternalTopicsReconciler } from '../topics/internal/internal-topics-reconciler';
import { TopicStatusReader } from '../topics/status/status-reader';
import { TopicRightsReconciler } from '../topics/rights/topic-rights-reconciler';
import { ownServer } from '../zookeeper/addresses';
import { fetchServerMode } from '../zookeeper/ensemble-view';
import { certificateReconcilers } from './certificates';
import { listen, listenForPreStop } from '../runtime/http-server';
import { ControllerQuorum } from './controller';
import { Metrics } from './metrics';
import { createSettingsReconciler } from './settings';
import { ReadinessState } from './readiness-state';

/**
 * Time after which a broker asks the next peer for a second view. Each change of the peer costs a new connection. The common
 * clock gives each broker one other broker that asks it.
 */
const PEER_ROTATION_MS = 300_000;

/** Checks of a server, by role. */
interface ServerChecks {
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
  /** Adds the metrics of this kind of server. */
  readonly addMetrics?: (metrics: Metrics) => void;
}

/** Checks readiness until the signal, then runs until the server has stopped. */
export async function serve(config: ServerPodConfig, signal: AbortSignal): Promise<void> {
  const pod = { name: environment('POD_NAME'), uid: environment('POD_UID') };
  const checks = checksOf(config, pod);
  const { id } = checks;
  const state = new ReadinessState(performance.now());
  const labels = { cluster: config.clusterName, id: String(id), role: config.role };
  const metrics = new Metrics(state, labels);
  const stops = new StopCoordinator(config, id, pod, checks.quorum?.monitor);
  const override = new ForceReadyOverride(config.namespace, { kind: 'Pod', ...pod }, config.maxForceSeconds);
  addMetrics(metrics, stops, override);
  checks.addMetrics?.(metrics);
  const turnState = {
    isStopping: () => stops.preStopHook.status !== undefined,
    isReady: () => state.current(performance.now()).ready,
  };
  const settings =
    config.role === 'broker' ? createSettingsReconciler(config, id, pod, metrics, turnState) : undefined;
  const servers = [
    await listen(AGENT_PORT, state, metrics, () => ({
      problems: problems.current,
      preStop: stops.preStopHook.status,
      settings: settings?.status,
    })),
    await listenForPreStop(PRE_STOP_PORT, async () => {
      const reason = await stops.preStop();
      await checks.quorum?.leave();
      return reason;
    }),
  ];
  const publishNotReady = (reason: string) => state.publish(notReady(reason), performance.now());
  signal.addEventListener('abort', () => publishNotReady('the pod is terminating'), { once: true });
  log.info('agent started', { ...labels, port: AGENT_PORT });
  // The preStop hook can wait for a long time. Certificates and settings are reconciled until the server has stopped.
  const ended = new AbortController();
  // Separate loops: readiness does not depend on certificates or settings.
  void runReconcileLoop(certificateReconcilers(config, id, pod, metrics.certificates), ended.signal);
  void runReconcileLoop(settings === undefined ? [] : [settings], ended.signal);
  void runReconcileLoop(topicStatusOf(config, metrics), ended.signal);
  const brake = rolloutBrakeOf(config, id, pod);
  const ledger = ledgerWriterOf(config, id);
  await checkReadiness(checks, { state, stops, brake, override, ledger }, signal);
  await stops.waitForServerExit(publishNotReady);
  ended.abort();
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
  log.info('agent stopped');
}

/** Reads the result of the topic synchronization for metrics, on the map of the internal topics. */
function topicStatusOf(config: ServerPodConfig, metrics: Metrics): TopicStatusReader[] {
  if (config.role !== 'broker' || config.topicStatusConfigMap === undefined) {
    return [];
  }
  const reader = new TopicStatusReader(config.namespace, config.topicStatusConfigMap);
  metrics.addTopics(() => reader.lastRun);
  return [reader];
}

/** Objects that each verdict is passed to. */
interface VerdictConsumers {
  readonly state: ReadinessState;
  readonly stops: StopCoordinator;
  readonly brake?: RolloutBrake;
  readonly override: ForceReadyOverride;
  readonly ledger: LedgerWriter;
}

async function checkReadiness(
  { judge, isRestored, isMember, cost }: ServerChecks,
  { state, stops, brake, override, ledger }: VerdictConsumers,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const observed = await judge().catch(async (error: unknown) => {
      stops.onServerDown();
      await brake?.onNoAnswer();
      return notReady(reasonOf(error));
    });
    const verdict = await override.apply(brake ? await brake.apply(observed) : observed);
    if (signal.aborted) {
      return;
    }
    if (state.publish(verdict, performance.now())) {
      log.info(verdict.ready ? 'ready' : 'not ready', { reason: verdict.reason });
    }
    // The stop lease is held until leaders are back: two brokers without their leaders double the load of the others. A
    // broker that is forced ready does not wait for its elector.
    stops.reconcile(observed.ready ? isRestored() : verdict.ready);
    // From its first membership on, the loss of its disk can lose data.
    if (observed.ready || isMember()) {
      ledger.recordMember();
    }
    await sleep(pauseAfter(observed.ready && isRestored(), cost?.()), undefined, { signal }).catch(
      () => undefined,
    );
  }
}

function addMetrics(metrics: Metrics, { preStopHook }: StopCoordinator, override: ForceReadyOverride): void {
  const isWaiting = () => preStopHook.status?.state === 'waiting';
  metrics.addGauge('cdk8s_kafka_force_ready', '1 while a force-ready request is active', () =>
    Number(override.isForced),
  );
  metrics.addGauge(
    'cdk8s_kafka_pre_stop_waiting',
    '1 while the preStop hook delays a stop of the server',
    () => Number(isWaiting()),
  );
  metrics.addGauge(
    'cdk8s_kafka_pre_stop_wait_seconds',
    'Seconds that the preStop hook has delayed the stop',
    () => (isWaiting() ? (preStopHook.status?.seconds ?? 0) : 0),
  );
}

function checksOf(config: ServerPodConfig, pod: Pod): ServerChecks {
  switch (config.role) {
    case 'broker':
      return brokerChecks(config, pod.name);
    case 'controller':
      return controllerChecks(config, pod);
    case 'zookeeper':
      return zookeeperChecks(config, pod.name);
  }
}

function brokerChecks(config: BrokerConfig, podName: string): ServerChecks {
  const id = ownId(config, podName);
  const internalTopics =
    config.internalTopics && new InternalTopicsReconciler(config, id, config.internalTopics);
  const topicRights = config.internalTopics && new TopicRightsReconciler(config, id);
  const elector = new PreferredLeaderElector(config, id);
  const monitor = new BrokerMonitor(config, id);
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
    topicRights?.reconcile(facts.own);
    // Unchanged facts are not judged again: a broker can have thousands of partitions out of sync.
    judged = judged?.facts === facts ? judged : { facts, verdict: judgeBroker(facts) };
    if (judged.verdict.ready) {
      elector.onInSync(facts.own);
    }
    return judged.verdict;
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

function ledgerWriterOf(config: ServerPodConfig, id: number): LedgerWriter {
  const quorum: Pick<LedgerEntry, 'quorumKind'> =
    config.role === 'controller' ? { quorumKind: config.quorumKind } : {};
  return new LedgerWriter(new Ledger(config.namespace, config.ledgerConfigMap), id, () => ({
    firstInSync: new Date().toISOString(),
    ...quorum,
  }));
}
