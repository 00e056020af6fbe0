import { setTimeout as sleep } from 'node:timers/promises';
import {
  AGENT_PORT,
  BrokerConfig,
  ControllerConfig,
  STOP_PORT,
  ServerPodConfig,
  ZookeeperConfig,
} from '../../lib/seam/agent-config';
import { environment } from '../config';
import { reasonOf } from '../errors';
import { Ledger } from '../identity/ledger';
import { Remembrance } from '../identity/remembrance';
import { ownId } from '../identity/pod-id';
import { log } from '../log';
import { keepLooking } from '../looking';
import { BreakGlass } from '../readiness/break-glass';
import { BrokerFacts, judgeBroker } from '../readiness/judge-broker';
import { judgeController } from '../readiness/judge-controller';
import { judgeZookeeper } from '../readiness/judge-zookeeper';
import { BrokerObserver } from '../readiness/observe-broker';
import { observeController } from '../readiness/observe-controller';
import { Verdict, notReady } from '../readiness/verdict';
import { LeaderKeeper } from '../restart/leader-keeper';
import { Restarts } from '../restart/restarts';
import { InternalTopicsKeeper } from '../topics/internal-topics-keeper';
import { ownServer } from '../zookeeper/addresses';
import { modeOf } from '../zookeeper/ensemble-view';
import { keepersOf } from './certificates';
import { listen, listenForStops } from './http';
import { Metrics } from './metrics';
import { settingsKeeper } from './settings';
import { State } from './state';

/** Pause between rounds while something is not as it should be, and while all is well. */
const EAGER_MS = 1_000;
const CALM_MS = 2_000;

/** Another broker would have to be connected to first. */
const ROUNDS_PER_WITNESS = 128;

/** What is looked at in rounds. */
interface Rounds {
  readonly id: number;
  readonly judge: (round: number) => Promise<Verdict>;
  /** Whether a server that is in sync has all else back that it had before its stop. */
  readonly isBack: () => boolean;
}

/** Judges readiness round by round until it is told to stop, and stays beside the server until that has stopped. */
export async function serve(config: ServerPodConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  const { id, judge, isBack } = roundsOf(config, podName);
  const state = new State(performance.now());
  const labels = { cluster: config.clusterName, id: String(id), role: config.role };
  const pod = { name: podName, uid: environment('POD_UID') };
  const metrics = new Metrics(state, labels);
  const restarts = new Restarts(config, id, pod);
  const glass = new BreakGlass(config.namespace, { kind: 'Pod', ...pod }, config.forceReadyLimitSeconds);
  addMetrics(metrics, restarts, glass);
  const settings = config.role === 'broker' ? settingsKeeper(config, id, pod, metrics) : undefined;
  const servers = [
    await listen(AGENT_PORT, state, metrics, () => ({
      stop: restarts.gate.status,
      settings: settings?.status,
    })),
    await listenForStops(STOP_PORT, () => restarts.preStop()),
  ];
  const publishEnd = (reason: string) => state.publish(notReady(reason), performance.now());
  signal.addEventListener('abort', () => publishEnd('the pod ends'), { once: true });
  const memory = remembranceOf(config, id);
  log.info('serving', { ...labels, port: AGENT_PORT });
  // A stop can be held for long, and others go on meanwhile.
  const over = new AbortController();
  // Beside the rounds: readiness neither waits for certificates nor depends on them, and no more on settings.
  void keepLooking(keepersOf(config, id, pod, metrics.certificates), over.signal);
  void keepLooking(settings === undefined ? [] : [settings], over.signal);
  for (let round = 0; !signal.aborted; round++) {
    const truth = await judge(round).catch((error: unknown) => {
      restarts.sawDown();
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
    restarts.look(verdict.ready && (!truth.ready || isBack()));
    if (truth.ready) {
      memory.keep();
    }
    await sleep(truth.ready && isBack() ? CALM_MS : EAGER_MS, undefined, { signal }).catch(() => undefined);
  }
  await restarts.outlive(publishEnd);
  over.abort();
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
  log.info('stopped');
}

function addMetrics(metrics: Metrics, { gate }: Restarts, glass: BreakGlass): void {
  const isWaiting = () => gate.status?.state === 'waiting';
  metrics.add('cdk8s_kafka_force_ready', '1 while somebody declares the server ready', () =>
    Number(glass.isOpen),
  );
  metrics.add('cdk8s_kafka_stop_held', '1 while a stop of the server is held', () => Number(isWaiting()));
  metrics.add('cdk8s_kafka_stop_held_seconds', 'Seconds that a stop of the server has been held', () =>
    isWaiting() ? (gate.status?.seconds ?? 0) : 0,
  );
}

function roundsOf(config: ServerPodConfig, podName: string): Rounds {
  switch (config.role) {
    case 'broker':
      return brokerRounds(config, podName);
    case 'controller':
      return controllerRounds(config, podName);
    case 'zookeeper':
      return zookeeperRounds(config, podName);
  }
}

function brokerRounds(config: BrokerConfig, podName: string): Rounds {
  const id = ownId(config, podName);
  const keeper = config.internalTopics && new InternalTopicsKeeper(config, id, config.internalTopics);
  const leaders = new LeaderKeeper(config, id);
  const observer = new BrokerObserver(config, id);
  let judged: { readonly facts: BrokerFacts; readonly verdict: Verdict } | undefined;
  const judge: Rounds['judge'] = async (round) => {
    const facts = await observer.next(Math.floor(round / ROUNDS_PER_WITNESS)).catch((error: unknown) => {
      leaders.sawDown();
      throw error;
    });
    keeper?.keep(facts.own);
    // Thousands of partitions that are still behind have been named already.
    judged = judged?.facts === facts ? judged : { facts, verdict: judgeBroker(facts) };
    if (judged.verdict.ready) {
      leaders.look(facts.own);
    }
    return judged.verdict;
  };
  return { id, judge, isBack: () => leaders.isBack };
}

function controllerRounds(config: ControllerConfig, podName: string): Rounds {
  const id = ownId(config, podName);
  return {
    id,
    judge: async () => judgeController(id, await observeController(config, id)),
    isBack: () => true,
  };
}

function zookeeperRounds(config: ZookeeperConfig, podName: string): Rounds {
  const id = ownId(config, podName);
  return { id, judge: async () => judgeZookeeper(id, await modeOf(ownServer())), isBack: () => true };
}

function remembranceOf(config: ServerPodConfig, id: number): Remembrance {
  const quorum = config.role === 'controller' ? { quorum: config.quorum } : {};
  return new Remembrance(new Ledger(config.namespace, config.ledger), id, () => ({
    firstInSync: new Date().toISOString(),
    ...quorum,
  }));
}
