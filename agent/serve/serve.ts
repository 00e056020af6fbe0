import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, PRE_STOP_PORT, ServerPodConfig } from '../../lib/seam/agent-config';
import { environment } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { Ledger } from '../identity/ledger';
import { LedgerWriter } from '../identity/ledger-writer';
import { readLocation } from '../identity/location-file';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { runReconcileLoop } from '../runtime/reconcile-loop';
import { ForceReadyOverride } from '../readiness/force-ready-override';
import { pauseAfter } from '../readiness/round-plan';
import { notReady } from '../readiness/verdict';
import { RolloutBrake, rolloutBrakeOf } from '../restart/rollout-brake';
import { StopCoordinator } from '../restart/stop-coordinator';
import { TopicStatusReader } from '../topics/status/status-reader';
import { certificateReconcilers } from './certificates';
import { listen, listenForPreStop } from '../runtime/http-server';
import { Metrics } from './metrics';
import { createSettingsReconciler } from './settings';
import { ReadinessState } from './readiness-state';
import { ServerChecks, checksOf } from './server-checks';

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
  const refill = checks.refillMonitor?.(() => state.secondsSinceInSync(performance.now()));
  if (refill) {
    metrics.addRefill(() => refill.progress);
  }
  const { disks } = checks;
  if (disks) {
    metrics.addLogDirs(() => disks.logDirs);
  }
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
      refill: refill?.progress,
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
  void runReconcileLoop([...(disks ? [disks] : []), ...(refill ? [refill] : [])], ended.signal);
  const brake = rolloutBrakeOf(config, id, pod);
  const ledger = await ledgerWriterOf(config, id);
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

async function ledgerWriterOf(config: ServerPodConfig, id: number): Promise<LedgerWriter> {
  const location = await readLocation();
  const quorum = config.role === 'controller' ? { quorumKind: config.quorumKind } : {};
  return new LedgerWriter(new Ledger(config.namespace, config.ledgerConfigMap), { id, location, ...quorum });
}
