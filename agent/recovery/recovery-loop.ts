/* Reconcile loop of the recovery: at most one server gets new volumes in each round. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, RECOVERY_ANNOTATIONS, RecoveryConfig } from '../../lib/seam/agent-config';
import { programBootstrap } from '../kafka/addresses';
import { environment } from '../runtime/config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { listen } from '../runtime/http-server';
import { log } from '../runtime/log';
import { assertOwnNamespace } from '../runtime/namespace';
import { problems } from '../runtime/problems';
import { BrokersFacts, RecoveryDecision, RecoveryFacts, decideRecovery } from './decide-recovery';
import { lostServer, serverOf, unschedulableServers } from './find-lost-servers';
import { LeaderLease } from './leader-lease';
import { LostServer, PodObject } from './lost-server';
import { KafkaObserver, KafkaView, RecoveryKafka, answerForController } from './observe-kafka';
import { answerForZookeeper } from './zookeeper-answer';
import { RecoveryHealth } from './recovery-health';
import { NO_ZONES, NodeZones, formatZones } from './node-zones';
import { KubernetesObjects, RecoveryKubernetes, StatusObject } from './recovery-objects';
import { ACCEPTANCE_FORMAT, RecoveryRequests } from './recovery-requests';
import { describeDeletion, describeLoss, statusText, withRecovery } from './recovery-status';
import { serversNotInSync } from './servers-not-in-sync';
import { SinceTimes } from './since-times';

const INTERVAL_MS = 10_000;
/** Maximum age of the facts when something is deleted. Less than the duration of the Lease. */
const MAX_AGE_MS = 30_000;

/** Runs the recovery of a cluster until the signal. */
export async function runRecovery(config: RecoveryConfig, signal: AbortSignal): Promise<void> {
  await assertOwnNamespace(config);
  const health = new RecoveryHealth(config, performance.now());
  const server = await listen(AGENT_PORT, health, health.metrics, () => ({ problems: problems.current }));
  const identity = `${environment('POD_NAME')}/${environment('POD_UID')}`;
  const lease = new LeaderLease(config.namespace, config.lease, identity);
  const recovery = new Recovery(config, {
    kubernetes: new KubernetesObjects(config),
    kafka: new KafkaObserver(programBootstrap(config), config.metadataMode),
    isLeader: async () => (await lease.acquire()) === identity,
    now: Date.now,
    monotonicMs: () => performance.now(),
  });
  log.info('recovery started', { cluster: config.clusterName, dryRun: config.isDryRun });
  let lastWarning = '';
  try {
    while (!signal.aborted) {
      try {
        const holder = await lease.acquire();
        if (holder !== identity) {
          recovery.forget();
        }
        health.publish(holder === identity ? await recovery.round() : holder, performance.now());
        lastWarning = '';
      } catch (error) {
        recovery.forget();
        const reason =
          error instanceof OperatorError ? `${error.message}; hint: ${error.hint}` : reasonOf(error);
        health.recordFailure(reason, performance.now());
        if (reason !== lastWarning) {
          log.warn('waiting', { reason });
          lastWarning = reason;
        }
      }
      await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    await lease.release().catch((error: unknown) => {
      log.info('the Lease is not released', { reason: reasonOf(error) });
    });
    log.info('recovery stopped');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Effects of the recovery. */
export interface RecoveryEdges {
  readonly kubernetes: RecoveryKubernetes;
  readonly kafka: RecoveryKafka;
  /** Renews the Lease, and returns true if this process has it. */
  readonly isLeader: () => Promise<boolean>;
  readonly now: () => number;
  readonly monotonicMs: () => number;
}

/** Result of a round. */
export interface RecoveryRound {
  readonly decision: RecoveryDecision;
  readonly isPaused: boolean;
  /** The server that was freed. */
  readonly freed?: LostServer;
}

/** Finds lost servers and frees them, round by round. */
export class Recovery {
  private readonly nodesGone = new SinceTimes<string>();
  private readonly brokersFenced = new SinceTimes<number>();
  private readonly requests: RecoveryRequests;
  private readonly zones: NodeZones;

  constructor(
    private readonly config: RecoveryConfig,
    private readonly edges: RecoveryEdges,
  ) {
    this.requests = new RecoveryRequests(config);
    this.zones = new NodeZones(edges.kubernetes, edges.monotonicMs);
  }

  /** Observes, decides, and frees at most one server. */
  async round(): Promise<RecoveryRound> {
    const { decision, isPaused, status, unclear } = await this.decide();
    await this.report(decision, unclear, status);
    if (decision.free === undefined || this.config.isDryRun) {
      return { decision, isPaused };
    }
    const freed = await this.free(decision.free);
    return { decision, isPaused, ...(freed ? { freed: decision.free } : {}) };
  }

  /** Lets all times begin again: while nothing is observed, a node can come back and go again. */
  forget(): void {
    const now = this.edges.monotonicMs();
    this.nodesGone.update([], now);
    this.brokersFenced.update([], now);
  }

  private async decide() {
    const { kubernetes, now } = this.edges;
    const status = await kubernetes.status();
    const { lost, unclear } = await this.findLost(status);
    const requests = this.requests.read(status, now());
    const facts = await this.observe(lost, requests);
    return { decision: decideRecovery(facts), isPaused: facts.pause !== undefined, status, unclear };
  }

  private async findLost(status: StatusObject | undefined) {
    const { kubernetes } = this.edges;
    const zones = await this.zones.learn(status?.data?.nodeZones);
    const text = formatZones(zones);
    if (status !== undefined && (status.data?.nodeZones ?? NO_ZONES) !== text) {
      await kubernetes.writeStatus({ nodeZones: text });
    }
    const servers = unschedulableServers(this.config.groups, await kubernetes.pods('pending'));
    const found = await Promise.all(servers.map((server) => lostServer(server, kubernetes, zones)));
    return {
      lost: found.filter((server): server is LostServer => typeof server === 'object'),
      unclear: found.filter((server) => typeof server === 'string'),
    };
  }

  private async observe(
    lost: readonly LostServer[],
    requests: Pick<RecoveryFacts, 'pause' | 'acceptedNodes'>,
  ): Promise<RecoveryFacts> {
    const { nodeGoneSeconds, maxNodes } = this.config;
    const { kafka, kubernetes, monotonicMs } = this.edges;
    const goneSeconds = this.nodesGone.update(new Set(lost.map(({ node }) => node)), monotonicMs());
    const none = { limits: { nodeGoneSeconds, maxNodes }, lost, goneSeconds, ...requests };
    if (lost.length === 0) {
      this.forget();
      return { ...none, notInSync: [], answers: new Map() };
    }
    const pods = await kubernetes.pods('all');
    const view = await kafka.view();
    return {
      ...none,
      notInSync: serversNotInSync(this.config.groups, { lost, pods, view }),
      brokers: this.brokersFacts(lost, view),
      answers: new Map(
        await Promise.all(
          lost.map(async (server) => [server.pod.name, await this.answerFor(server, view, pods)] as const),
        ),
      ),
    };
  }

  private brokersFacts(
    lost: readonly LostServer[],
    view: KafkaView | { readonly unavailable: string },
  ): BrokersFacts | { readonly unavailable: string } {
    const isFenced = ({ kind, id }: LostServer) =>
      kind === 'broker' && !('unavailable' in view) && !view.live.has(id);
    const fencedSeconds = this.brokersFenced.update(
      lost.filter(isFenced).map(({ id }) => id),
      this.edges.monotonicMs(),
    );
    return 'unavailable' in view ? view : { ...view, fencedSeconds };
  }

  private async answerFor(
    server: LostServer,
    view: KafkaView | { readonly unavailable: string },
    pods: readonly PodObject[],
  ) {
    const group = this.config.groups.find(({ statefulSet }) => statefulSet === server.statefulSet)!;
    switch (server.kind) {
      case 'broker':
        return this.edges.kafka.answerForBroker(server);
      case 'controller':
        return answerForController(server, group, 'unavailable' in view ? undefined : view.quorum);
      case 'zookeeper':
        return answerForZookeeper(
          server,
          group,
          pods.filter((pod) => serverOf([group], pod).length > 0),
        );
    }
  }

  private async report(
    decision: RecoveryDecision,
    unclear: readonly string[],
    status: StatusObject | undefined,
  ): Promise<void> {
    const { kubernetes } = this.edges;
    const text = `${this.config.isDryRun ? 'dry run: nothing is deleted\n' : ''}${statusText(decision, unclear)}`;
    if (status !== undefined && status.data?.status !== text) {
      await kubernetes.writeStatus({ status: text });
    }
    for (const { server, waitsFor } of decision.verdicts) {
      const reasons = waitsFor.length === 0 ? '' : `; waiting: ${waitsFor.join('; ')}`;
      const message = `${describeLoss(server)}${reasons}`;
      await kubernetes.event({ kind: 'Pod', ...server.pod }, 'Warning', 'ServerLost', message);
    }
    if (decision.needsPerson.length > 0) {
      const message =
        `${decision.needsPerson.join('; ')}. If they are lost, annotate ConfigMap ${this.config.statusConfigMap} with ` +
        `${RECOVERY_ANNOTATIONS.consent}='${ACCEPTANCE_FORMAT}'`;
      await kubernetes.event(this.statusReference(status), 'Warning', 'RecoveryNeedsPerson', message);
    }
  }

  /** Frees a server if a second decision, from facts that are read again, is the same: its node can have come back. */
  private async free(server: LostServer): Promise<boolean> {
    const { isLeader, kubernetes, monotonicMs, now } = this.edges;
    const begin = monotonicMs();
    const { decision, status } = await this.decide();
    const isSame = JSON.stringify(decision.free) === JSON.stringify(server);
    // A process that was suspended has old facts, and another one may have the Lease.
    if (!isSame || !(await isLeader()) || monotonicMs() - begin > MAX_AGE_MS) {
      log.info('not freed, because something has changed meanwhile', { pod: server.pod.name });
      return false;
    }
    // Before the deletion: afterwards nothing is left to tell what was deleted.
    const time = new Date(now()).toISOString();
    await kubernetes.writeStatus({ history: withRecovery(status?.data?.history, server, time) });
    await kubernetes.free(server);
    const message = `deleted ${describeDeletion(server)}, because ${describeLoss(server)}`;
    log.warn(message);
    await kubernetes.event({ kind: 'Pod', ...server.pod }, 'Normal', 'ServerFreed', message);
    return true;
  }

  private statusReference(status: StatusObject | undefined) {
    return { kind: 'ConfigMap', name: this.config.statusConfigMap, uid: status?.metadata.uid };
  }
}
