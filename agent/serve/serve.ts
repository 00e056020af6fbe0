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
import { Ledger } from '../identity/ledger';
import { LedgerWriter } from '../identity/ledger-writer';
import { ownId } from '../identity/pod-id';
import { log } from '../runtime/log';
import { runReconcileLoop } from '../runtime/reconcile-loop';
import { ForceReadyOverride } from '../readiness/force-ready-override';
import { BrokerFacts, judgeBroker } from '../readiness/judge-broker';
import { judgeController } from '../readiness/judge-controller';
import { judgeZookeeper } from '../readiness/judge-zookeeper';
import { BrokerMonitor } from '../readiness/observe-broker';
import { observeController } from '../readiness/observe-controller';
import { Verdict, notReady } from '../readiness/verdict';
import { PreferredLeaderElector } from '../restart/preferred-leader-elector';
import { StopCoordinator } from '../restart/stop-coordinator';
import { InternalTopicsReconciler } from '../topics/internal-topics-reconciler';
import { ownServer } from '../zookeeper/addresses';
import { fetchServerMode } from '../zookeeper/ensemble-view';
import { certificateReconcilers } from './certificates';
import { listen, listenForPreStop } from '../runtime/http-server';
import { Metrics } from './metrics';
import { createSettingsReconciler } from './settings';
import { ReadinessState } from './readiness-state';

/** Pause between rounds while something is not as it should be, and while all is well. */
const NOT_READY_INTERVAL_MS = 1_000;
const READY_INTERVAL_MS = 2_000;

/** Another broker would have to be connected to first. */
const ROUNDS_PER_PEER = 128;

/** What is looked at in rounds. */
interface ServerChecks {
  readonly id: number;
  readonly judge: (round: number) => Promise<Verdict>;
  /** Whether a server that is in sync has all else back that it had before its stop. */
  readonly isRestored: () => boolean;
}

/** Judges readiness round by round until it is told to stop, and stays beside the server until that has stopped. */
export async function serve(config: ServerPodConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  const { id, judge, isRestored: isBack } = checksOf(config, podName);
  const state = new ReadinessState(performance.now());
  const labels = { cluster: config.clusterName, id: String(id), role: config.role };
  const pod = { name: podName, uid: environment('POD_UID') };
  const metrics = new Metrics(state, labels);
  const restarts = new StopCoordinator(config, id, pod);
  const glass = new ForceReadyOverride(config.namespace, { kind: 'Pod', ...pod }, config.maxForceSeconds);
  addMetrics(metrics, restarts, glass);
  const settings = config.role === 'broker' ? createSettingsReconciler(config, id, pod, metrics) : undefined;
  const servers = [
    await listen(AGENT_PORT, state, metrics, () => ({
      stop: restarts.preStopHook.status,
      settings: settings?.status,
    })),
    await listenForPreStop(PRE_STOP_PORT, () => restarts.preStop()),
  ];
  const publishEnd = (reason: string) => state.publish(notReady(reason), performance.now());
  signal.addEventListener('abort', () => publishEnd('the pod ends'), { once: true });
  const memory = ledgerWriterOf(config, id);
  log.info('serving', { ...labels, port: AGENT_PORT });
  // A stop can be held for long, and others go on meanwhile.
  const over = new AbortController();
  // Beside the rounds: readiness neither waits for certificates nor depends on them, and no more on settings.
  void runReconcileLoop(certificateReconcilers(config, id, pod, metrics.certificates), over.signal);
  void runReconcileLoop(settings === undefined ? [] : [settings], over.signal);
  for (let round = 0; !signal.aborted; round++) {
    const truth = await judge(round).catch((error: unknown) => {
      restarts.onServerDown();
      return notReady(reasonOf(error));
    });
    const verdict = await glass.apply(truth);
    if (signal.aborted) {
      break;
    }
    if (state.publish(verdict, performance.now())) {
      log.info(verdict.ready ? 'ready' : 'not ready', { reason: verdict.reason });
    }
    // Two that give up their leaders at once leave twice as many to those that stay. Nobody waits for a forced one's.
    restarts.reconcile(verdict.ready && (!truth.ready || isBack()));
    if (truth.ready) {
      memory.recordInSync();
    }
    await sleep(truth.ready && isBack() ? READY_INTERVAL_MS : NOT_READY_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  await restarts.waitForServerExit(publishEnd);
  over.abort();
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
  log.info('stopped');
}

function addMetrics(metrics: Metrics, { preStopHook: gate }: StopCoordinator, glass: ForceReadyOverride): void {
  const isWaiting = () => gate.status?.state === 'waiting';
  metrics.addGauge('cdk8s_kafka_force_ready', '1 while somebody declares the server ready', () =>
    Number(glass.isForced),
  );
  metrics.addGauge('cdk8s_kafka_stop_held', '1 while a stop of the server is held', () => Number(isWaiting()));
  metrics.addGauge('cdk8s_kafka_stop_held_seconds', 'Seconds that a stop of the server has been held', () =>
    isWaiting() ? (gate.status?.seconds ?? 0) : 0,
  );
}

function checksOf(config: ServerPodConfig, podName: string): ServerChecks {
  switch (config.role) {
    case 'broker':
      return brokerChecks(config, podName);
    case 'controller':
      return controllerChecks(config, podName);
    case 'zookeeper':
      return zookeeperChecks(config, podName);
  }
}

function brokerChecks(config: BrokerConfig, podName: string): ServerChecks {
  const id = ownId(config, podName);
  const keeper = config.internalTopics && new InternalTopicsReconciler(config, id, config.internalTopics);
  const leaders = new PreferredLeaderElector(config, id);
  const observer = new BrokerMonitor(config, id);
  let judged: { readonly facts: BrokerFacts; readonly verdict: Verdict } | undefined;
  const judge: ServerChecks['judge'] = async (round) => {
    const facts = await observer.observe(Math.floor(round / ROUNDS_PER_PEER)).catch((error: unknown) => {
      leaders.onServerDown();
      throw error;
    });
    keeper?.reconcile(facts.own);
    // Thousands of partitions that are still behind have been named already.
    judged = judged?.facts === facts ? judged : { facts, verdict: judgeBroker(facts) };
    if (judged.verdict.ready) {
      leaders.onInSync(facts.own);
    }
    return judged.verdict;
  };
  return { id, judge, isRestored: () => leaders.isDone };
}

function controllerChecks(config: ControllerConfig, podName: string): ServerChecks {
  const id = ownId(config, podName);
  return {
    id,
    judge: async () => judgeController(id, await observeController(config, id)),
    isRestored: () => true,
  };
}

function zookeeperChecks(config: ZookeeperConfig, podName: string): ServerChecks {
  const id = ownId(config, podName);
  return { id, judge: async () => judgeZookeeper(id, await fetchServerMode(ownServer())), isRestored: () => true };
}

function ledgerWriterOf(config: ServerPodConfig, id: number): LedgerWriter {
  const quorum = config.role === 'controller' ? { quorum: config.quorumKind } : {};
  return new LedgerWriter(new Ledger(config.namespace, config.ledgerConfigMap), id, () => ({
    firstInSync: new Date().toISOString(),
    ...quorum,
  }));
}
