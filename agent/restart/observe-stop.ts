import { BrokerConfig, ControllerConfig, ZookeeperConfig } from '../../lib/seam/agent-config';
import { bootstrapBroker, otherControllers, ownBroker } from '../kafka/addresses';
import { describeQuorum } from '../kafka/describe-quorum';
import { ClusterView, MetadataCache, addingReplicas } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { quorumView } from '../kafka/quorum-view';
import { topicSettings } from '../kafka/topic-admin';
import { BrokerFacts, metadataLagReason } from '../readiness/judge-broker';
import { BrokerMonitor } from '../readiness/observe-broker';
import { observeController } from '../readiness/observe-controller';
import { BrokerStopFacts, mayStopBroker } from './may-stop-broker';
import { ControllerStopFacts } from './may-stop-controller';
import { ZookeeperStopFacts } from './may-stop-zookeeper';
import { localPort, probePort } from '../runtime/tcp-port';
import { InSyncPeers } from './in-sync-peers';
import { StopVerdict } from './stop-verdict';
import { otherServers, ownServer } from '../zookeeper/addresses';
import { fetchEnsembleView } from '../zookeeper/ensemble-view';

const DEADLINE_MS = 5_000;
/** A look each second need not connect to another broker each second. */
const ROUNDS_PER_PEER = 16;
/** Others that are tried when this broker is silent. */
const MAX_PEERS = 3;
/** Settings change seldom, and there may be thousands of them. */
const SETTINGS_MS = 30_000;
const TOPICS_PER_REQUEST = 500;
const MIN_IN_SYNC = 'min.insync.replicas';

/** Finds out, round by round, all that the stop of a broker depends on. */
export class BrokerStopMonitor {
  private minInSync = new Map<string, number>();
  private readAt = -Infinity;
  private round = 0;
  private readonly monitor: BrokerMonitor;
  private readonly peers: InSyncPeers;
  private readonly metadata: MetadataCache;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {
    this.monitor = new BrokerMonitor(config, self);
    this.metadata = new MetadataCache(self);
    this.peers = new InSyncPeers(config.sessionTimeoutMs);
  }

  /**
   * One round, judged.
   *
   * @param isLast whether the broker stops if it may: then those that have to do without it are knocked at
   */
  async judge(isLast: boolean): Promise<StopVerdict> {
    const facts = await this.observe();
    const verdict = mayStopBroker(facts);
    if (!isLast || !verdict.mayStop || verdict.needsNoLease) {
      return verdict;
    }
    const own = typeof facts.own === 'string' ? [] : [facts.own];
    const views = [...own, ...(facts.other ? [facts.other.view] : [])];
    return mayStopBroker({ ...facts, unreachable: await this.peers.unreachable(this.self, views) });
  }

  /** One round. What cannot be found out is said to be unknown. */
  async observe(): Promise<BrokerStopFacts> {
    const { self, config } = this;
    const atRiskTopics = config.stop.atRiskTopics;
    const unknown = { self, atRiskTopics, minInSync: this.minInSync, adding: 'unknown' as const };
    if ((await probePort(localPort(config.internalListener.port))) === 'closed') {
      return { ...unknown, own: 'closed', isAnyOtherAlive: false };
    }
    const turn = Math.floor(this.round++ / ROUNDS_PER_PEER);
    const facts = await this.monitor.observeAll(turn).catch(() => undefined);
    const other = facts ? facts.other : await this.anyPeerView(turn);
    const view = facts?.own ?? other?.view;
    const server = facts || !other ? ownBroker(config, self) : other.view.brokers.get(other.id)!;
    return {
      ...unknown,
      own: facts?.own ?? 'silent',
      other,
      isAnyOtherAlive: facts?.otherUnavailable?.isAnyAlive ?? other !== undefined,
      quorum: facts?.quorum,
      unauthorizedTopics: facts?.unauthorizedTopics,
      ...(view ? await this.readDetails(server, view, other?.view, facts) : {}),
    };
  }

  /**
   * Another broker, when this one says nothing. Whoever answers behind the name of all brokers may be this one, or have
   * nothing to show: it has just started, is cut off from the controllers, or keeps its topics from this agent.
   */
  private async anyPeerView(turn: number): Promise<BrokerStopFacts['other']> {
    const entrance = await KafkaSession.with(bootstrapBroker(this.config), DEADLINE_MS, (session) =>
      this.metadata.fetchTopics(session, []),
    ).catch(() => undefined);
    const others = [...(entrance?.brokers.values() ?? [])]
      .filter(({ id }) => id !== this.self)
      .sort((a, b) => a.id - b.id);
    for (let index = 0; index < Math.min(MAX_PEERS, others.length); index++) {
      const candidate = others[(turn + index) % others.length];
      const view = await KafkaSession.with(candidate, DEADLINE_MS, (session) =>
        this.currentView(session, candidate.id),
      ).catch(() => undefined);
      if (view) {
        return { id: candidate.id, view };
      }
    }
    return undefined;
  }

  /** What a broker shows; undefined where it may know nothing, or nothing new. */
  private async currentView(session: KafkaSession, id: number): Promise<ClusterView | undefined> {
    const view = await this.metadata.fetch(session);
    const quorum =
      this.config.metadataMode === 'kraft' ? ((await quorumView(session)) ?? 'unreachable') : undefined;
    const isCurrent = view.topics.size > 0 && view.brokers.has(id) && metadataLagReason(id, quorum) === undefined;
    return isCurrent ? view : undefined;
  }

  private async readDetails(
    server: Address,
    view: ClusterView,
    otherView: ClusterView | undefined,
    facts: BrokerFacts | undefined,
  ): Promise<Pick<BrokerStopFacts, 'minInSync' | 'adding'>> {
    const views = otherView ? [view, otherView] : [view];
    const topics = new Set(
      views.flatMap(({ partitions }) =>
        partitions.filter(({ isr }) => isr.includes(this.self)).map(({ topic }) => topic),
      ),
    );
    await this.readSettings(server, [...topics]).catch(() => undefined);
    const controller = view.brokers.get(view.controllerId);
    const decides = this.config.metadataMode === 'zookeeper' && controller ? controller : server;
    const adding =
      facts?.adding?.size && facts.quorum !== 'unreachable'
        ? facts.adding
        : await KafkaSession.with(decides, DEADLINE_MS, addingReplicas).catch(() => 'unknown' as const);
    return { minInSync: this.minInSync, adding };
  }

  private async readSettings(server: Address, topics: readonly string[]): Promise<void> {
    const isKnown = topics.every((topic) => this.minInSync.has(topic));
    if (isKnown && performance.now() - this.readAt < SETTINGS_MS) {
      return;
    }
    const found = new Map<string, number>();
    for (let start = 0; start < topics.length; start += TOPICS_PER_REQUEST) {
      const some = topics.slice(start, start + TOPICS_PER_REQUEST);
      const wanted = some.map((name) => ({ name, settings: [MIN_IN_SYNC] }));
      const answer = await KafkaSession.with(server, DEADLINE_MS, (session) =>
        topicSettings(session, wanted),
      );
      for (const [topic, settings] of answer) {
        const value = Number(settings.get(MIN_IN_SYNC));
        if (Number.isInteger(value)) {
          found.set(topic, value);
        }
      }
    }
    this.minInSync = found;
    this.readAt = performance.now();
  }
}

/** Finds out all that the stop of a controller depends on. */
export async function observeControllerStop(
  config: ControllerConfig,
  self: number,
): Promise<ControllerStopFacts> {
  const isClosed = (await probePort(localPort(config.listener.port))) === 'closed';
  if (isClosed) {
    return { self, isClosed };
  }
  // One that hangs, or does not know its agent any more, must not be kept for the sake of a quorum that does without it.
  const quorum = await observeController(config, self).catch(
    async () => (await describeQuorum(otherControllers(config, self))).view,
  );
  return { self, isClosed, quorum };
}

/** Finds out all that the stop of a ZooKeeper server depends on. */
export async function observeZookeeperStop(
  config: ZookeeperConfig,
  self: number,
): Promise<ZookeeperStopFacts> {
  const isClosed = (await probePort(localPort(config.listener.port))) === 'closed';
  const servers = new Map([[self, ownServer()], ...otherServers(config, self)]);
  const view = isClosed ? { modes: new Map(), failures: [] } : await fetchEnsembleView(servers);
  return { self, isClosed, servers: config.servers.map(({ id }) => id), view };
}
