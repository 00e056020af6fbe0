import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, BrokerConfig, ControllerConfig } from '../../lib/private/agent-config';
import { keepCertificates } from '../certificates/keeper';
import { environment } from '../config';
import { reasonOf } from '../errors';
import { Ledger } from '../identity/ledger';
import { idOfPod } from '../identity/pod-id';
import { log } from '../log';
import { judgeBroker } from '../readiness/judge-broker';
import { judgeController } from '../readiness/judge-controller';
import { observeBroker } from '../readiness/observe-broker';
import { observeController } from '../readiness/observe-controller';
import { Verdict, notReady } from '../readiness/verdict';
import { InternalTopicsKeeper } from '../topics/internal-topics-keeper';
import { keepersOf } from './certificates';
import { listen } from './http';
import { Metrics } from './metrics';
import { State } from './state';

/** Pause between rounds while something is not as it should be, and while all is well. */
const EAGER_MS = 1_000;
const CALM_MS = 4_000;
/** Pause between looks into the ledger. */
const LEDGER_MS = 300_000;

/** Another broker would have to be connected to first. */
const ROUNDS_PER_WITNESS = 64;

type Round = (round: number) => Promise<Verdict>;

/** Judges readiness round by round until it is told to stop. */
export async function serve(config: BrokerConfig | ControllerConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  const { id, judge } =
    config.role === 'broker' ? brokerRounds(config, podName) : controllerRounds(config, podName);
  const state = new State(performance.now());
  const labels = { cluster: config.clusterName, id: String(id), role: config.role };
  const metrics = new Metrics(state, labels);
  const server = await listen(AGENT_PORT, state, metrics);
  const memory = new Remembrance(config, id);
  log.info('serving', { ...labels, port: AGENT_PORT });
  // Beside the rounds: readiness neither waits for certificates nor depends on them.
  void keepCertificates(keepersOf(config, id, metrics.certificates), signal);
  for (let round = 0; !signal.aborted; round++) {
    const verdict = await judge(round).catch((error: unknown) => notReady(reasonOf(error)));
    if (state.publish(verdict, performance.now())) {
      log.info(verdict.ready ? 'ready' : 'not ready', { reason: verdict.reason });
    }
    if (verdict.ready) {
      await memory.keep();
    }
    await sleep(verdict.ready ? CALM_MS : EAGER_MS, undefined, { signal }).catch(() => undefined);
  }
  server.closeAllConnections();
  server.close();
  log.info('stopped');
}

function brokerRounds(config: BrokerConfig, podName: string): { id: number; judge: Round } {
  const id = idOfPod(podName, config.statefulSet, config.brokerIds);
  const keeper = config.internalTopics && new InternalTopicsKeeper(config, id, config.internalTopics);
  const judge: Round = async (round) => {
    const facts = await observeBroker(config, id, Math.floor(round / ROUNDS_PER_WITNESS));
    keeper?.keep(facts.own);
    return judgeBroker(facts);
  };
  return { id, judge };
}

function controllerRounds(config: ControllerConfig, podName: string): { id: number; judge: Round } {
  const ids = config.voters.map((voter) => voter.id);
  const id = idOfPod(podName, config.statefulSet, { first: Math.min(...ids), last: Math.max(...ids) });
  return { id, judge: async () => judgeController(id, await observeController(config, id)) };
}

/**
 * Writes into the ledger that a server has been in sync, and looks from time to time whether it still stands there: a
 * ledger that somebody made anew would leave the next empty disk unguarded.
 */
class Remembrance {
  private seenAt = -Infinity;
  private complaint = '';

  constructor(
    private readonly config: BrokerConfig | ControllerConfig,
    private readonly id: number,
  ) {}

  async keep(): Promise<void> {
    if (performance.now() - this.seenAt < LEDGER_MS) {
      return;
    }
    const ledger = new Ledger(this.config.namespace, this.config.ledger);
    try {
      if ((await ledger.read(this.id)) === undefined) {
        const quorum = this.config.role === 'controller' ? { quorum: this.config.quorum } : {};
        await ledger.write(this.id, { firstInSync: new Date().toISOString(), ...quorum });
        log.info('in sync, and remembered', { ledger: this.config.ledger });
      }
      this.seenAt = performance.now();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.complaint) {
        log.error('cannot remember that this server is in sync; without it an empty disk is not guarded', {
          reason,
        });
        this.complaint = reason;
      }
    }
  }
}
