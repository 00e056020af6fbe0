import { BrokerConfig, ControllerConfig, ZookeeperConfig } from '../../lib/seam/agent-config';
import { isInRange } from '../../lib/seam/id-range';
import { bootstrapBroker, ownBroker } from '../kafka/addresses';
import { BrokerView, ClusterView, MetadataCache } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import {
  askPeers,
  choosePeers,
  controllerOr,
  fetchBrokers,
  formatFailures,
  isCurrentView,
} from '../kafka/peer-brokers';
import { partitionName } from '../kafka/partition-name';
import { quorumView } from '../kafka/quorum-view';
import { addingReplicas } from '../kafka/reassignments';
import { BrokerFacts } from '../readiness/judge-broker';
import { BrokerMonitor } from '../readiness/observe-broker';
import { QuorumMonitor } from '../readiness/observe-controller';
import { reasonOf } from '../runtime/errors';
import { localPort, probePort } from '../runtime/tcp-port';
import { otherServers, ownServer } from '../zookeeper/addresses';
import { fetchEnsembleView } from '../zookeeper/ensemble-view';
import { InSyncPeers } from './in-sync-peers';
import { BrokerStopFacts, mayStopBroker } from './may-stop-broker';
import { ControllerStopFacts } from './may-stop-controller';
import { ZookeeperStopFacts } from './may-stop-zookeeper';
import { MinInSyncReplicas } from './min-in-sync-replicas';
import { StopVerdict } from './stop-verdict';

const DEADLINE_MS = 5_000;
const NOT_ADDING: ReadonlyMap<string, readonly number[]> = new Map();
/** Number of rounds, one per second, that ask the same peer, so that its connection is reused. */
const ROUNDS_PER_PEER = 16;
/** Maximum number of peers that are asked if this broker does not answer. */
const MAX_PEERS = 3;

/** Observes a broker that is about to stop, round by round. */
export class BrokerStopMonitor {
  private round = 0;
  private readonly minInSync = new MinInSyncReplicas(DEADLINE_MS);
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
   * Observes the broker and judges if it may stop.
   *
   * @param canFollow true if a stop can follow a positive verdict: then the ports of the in-sync peers are probed
   */
  async judge(canFollow: boolean): Promise<StopVerdict> {
    const facts = await this.observe();
    const own = typeof facts.own === 'string' ? [] : [facts.own];
    const views = [...own, ...(facts.other ? [facts.other.view] : [])];
    const verdict = mayStopBroker(facts);
    const { brokerIds } = this.config;
    const shares = {
      replicas: replicasOf(this.self, views),
      sharesPartitions: verdict.replicaPeers?.ids.some((id) => !isInRange(brokerIds, id)),
    };
    if (!canFollow || !verdict.mayStop || verdict.needsNoLease) {
      return { ...verdict, ...shares };
    }
    const unreachable = await this.peers.unreachable(this.self, views);
    return { ...mayStopBroker({ ...facts, unreachable }), ...shares };
  }

  /** Observes the broker. Failed observations are unknown facts. */
  async observe(): Promise<BrokerStopFacts> {
    const { self, config } = this;
    const { atRiskTopics } = config.stop;
    const unknown = { self, atRiskTopics, minInSync: this.minInSync.byTopic, adding: NOT_ADDING };
    if ((await probePort(localPort(config.internalListener.port))) === 'closed') {
      return { ...unknown, own: 'closed', isAnyOtherAlive: false };
    }
    const offset = Math.floor(this.round++ / ROUNDS_PER_PEER);
    const facts = await this.monitor.observeAll(offset).catch(() => undefined);
    return facts === undefined
      ? { ...unknown, ...(await this.observeThroughPeer(offset)) }
      : {
          ...unknown,
          own: facts.own,
          other: facts.other,
          otherUnavailable: facts.otherUnavailable?.reason,
          isAnyOtherAlive: facts.otherUnavailable?.isAnyAlive ?? facts.other !== undefined,
          quorum: facts.quorum,
          unauthorizedTopics: facts.unauthorizedTopics,
          ...(await this.readDetails(ownBroker(config, self), facts.own, facts.other?.view, facts)),
        };
  }

  /** Observes a broker that does not answer, through a peer. */
  private async observeThroughPeer(
    offset: number,
  ): Promise<Pick<BrokerStopFacts, 'own' | 'other' | 'isAnyOtherAlive'> & Partial<BrokerStopFacts>> {
    const { other, reason } = await this.peerView(offset);
    if (other === undefined) {
      return { own: 'no answer', isAnyOtherAlive: false, otherUnavailable: reason };
    }
    const { peer, value: view } = other;
    return {
      own: 'no answer',
      other: { id: peer.id, view },
      isAnyOtherAlive: true,
      ...(await this.readDetails(view.brokers.get(peer.id) ?? peer, view, view, undefined)),
    };
  }

  /**
   * Fetches a current view of a peer. The bootstrap address can lead to this broker itself, and a peer can have an outdated
   * or empty view: it has just started, is disconnected from the controllers, or the agent is not authorized to describe
   * topics. In ZooKeeper mode the view of every peer that lists itself and has topics counts as current.
   */
  private async peerView(
    offset: number,
  ): Promise<{ other?: { readonly peer: BrokerView; readonly value: ClusterView }; reason?: string }> {
    try {
      const brokers = await fetchBrokers(bootstrapBroker(this.config), DEADLINE_MS);
      const { answers, failures } = await askPeers(
        choosePeers(brokers, this.self, { kind: 'rotating', offset }, MAX_PEERS),
        {
          parallel: 1,
          deadlineMs: DEADLINE_MS,
          send: (session, peer) => this.currentView(session, peer.id),
          isEnough: (views) => views.length > 0,
        },
      );
      return { other: answers.at(0), reason: formatFailures(failures) };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }

  /** Fetches the view of a peer; undefined if it is not current. */
  private async currentView(session: KafkaSession, id: number): Promise<ClusterView | undefined> {
    const view = await this.metadata.fetch(session);
    const metadata =
      this.config.metadataMode === 'kraft'
        ? { quorum: await quorumView(session) }
        : { zookeeper: 'any' as const };
    return isCurrentView(id, view, metadata) ? view : undefined;
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
    await this.minInSync.read(server, [...topics]).catch(() => undefined);
    const controller = controllerOr(server, view, this.config.metadataMode);
    const adding =
      facts?.adding?.size && facts.quorum !== 'unreachable'
        ? facts.adding
        : await KafkaSession.with(controller, DEADLINE_MS, addingReplicas).catch(() => NOT_ADDING);
    return { minInSync: this.minInSync.byTopic, adding };
  }
}

/** Names of the partitions with a replica on a broker. */
function replicasOf(self: number, views: readonly ClusterView[]): string[] {
  const own = views.flatMap(({ partitions }) => partitions.filter(({ replicas }) => replicas.includes(self)));
  return [...new Set(own.map(({ topic, index }) => partitionName(topic, index)))].sort();
}

/** Observes a controller that is about to stop. */
export async function observeControllerStop(
  config: ControllerConfig,
  self: number,
  monitor: QuorumMonitor,
): Promise<ControllerStopFacts> {
  const isClosed = (await probePort(localPort(config.listener.port))) === 'closed';
  if (isClosed) {
    return { self, isClosed };
  }
  // A controller that does not answer, or rejects its agent, may stop if the quorum works without it.
  const quorum = await monitor.observe().catch(() => monitor.observeThroughOthers());
  return { self, isClosed, quorum };
}

/** Observes a ZooKeeper server that is about to stop. */
export async function observeZookeeperStop(
  config: ZookeeperConfig,
  self: number,
): Promise<ZookeeperStopFacts> {
  const isClosed = (await probePort(localPort(config.listener.port))) === 'closed';
  const servers = new Map([[self, ownServer()], ...otherServers(config, self)]);
  const view = isClosed ? { modes: new Map(), failures: [] } : await fetchEnsembleView(servers);
  return { self, isClosed, servers: config.servers.map(({ id }) => id), view };
}
