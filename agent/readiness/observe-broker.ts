import { BrokerConfig } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { ClusterView, MetadataCache, hostedReplicas, unauthorizedTopics } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { hasSameReplicas } from '../kafka/metadata-topics';
import { askPeers, choosePeers, controllerOr, formatFailures } from '../kafka/peer-brokers';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { addingReplicas } from '../kafka/reassignments';
import { problems } from '../runtime/problems';
import { BrokerFacts, confirms, outOfSyncPartitions, outOfSyncTopics } from './judge-broker';
import { RoundCost, RoundRequests, requestsOf } from './round-plan';

const DEADLINE_MS = 20_000;
const PEER_DEADLINE_MS = 3_000;
const QUORUM_DEADLINE_MS = 5_000;
/** Maximum number of peers that are asked for a second view. */
const MAX_PEERS = 3;

/** Interval of full observations while the broker is out of sync: meanwhile, other topics fall behind and catch up. */
const FULL_CHECK_INTERVAL_MS = 5_000;
/** Number of topics per request while the broker is out of sync. A few that still are give the same verdict as all. */
const TOPICS_PER_CHECK = 50;
/**
 * Interval at which the log directories are compared with the metadata, in milliseconds. ACLs seldom change, and without
 * some of them the metadata has fewer topics, which is checked immediately.
 */
const DISK_CHECK_INTERVAL_MS = 300_000;

type SecondView = Pick<BrokerFacts, 'other' | 'otherUnavailable'>;

/** A result and the time of its request. */
interface Timed<T> {
  readonly value: T;
  readonly at: number;
}

/** Observes a broker for readiness verdicts, round by round. */
export class BrokerMonitor {
  private readonly metadata: MetadataCache;
  private last?: { readonly facts: BrokerFacts; readonly at: number };
  private quorum?: Timed<QuorumView | 'unreachable'>;
  private second?: Timed<SecondView>;
  private bytesBefore = 0;
  private ownMs = 0;
  /** Topics that the last full observation found out of sync, without those that have caught up since. */
  private outOfSync: readonly string[] = [];
  /** Topics in the log directories that the agent was not authorized to describe at the last check. */
  private unauthorized: readonly string[] = [];
  private disksCheckedAt = -Infinity;
  /** Number of topics in the last metadata. */
  private visibleTopics = 0;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {
    this.metadata = new MetadataCache(self);
  }

  /**
   * Observes the broker. While it is out of sync, only some of its topics are fetched, and the other observations of the
   * last full round are reused: when a cluster starts, all agents send requests at the same time.
   *
   * @param offset rotation offset of the peers; a change asks the next peer
   * @param isReady true if the last verdict is ready: then other observations than that of its own metadata can be older
   * @throws KafkaUnavailable if the broker itself does not answer
   */
  async observe(offset: number, isReady: boolean): Promise<BrokerFacts> {
    const { last } = this;
    this.bytesBefore = this.metadata.receivedBytes;
    this.ownMs = 0;
    const isFresh = last !== undefined && performance.now() - last.at < FULL_CHECK_INTERVAL_MS;
    return isFresh && (await this.isStillOutOfSync(last.facts))
      ? last.facts
      : this.observeFully(offset, isReady);
  }

  /**
   * Makes a full observation without results of earlier ones.
   *
   * @param offset rotation offset of the peers; a change asks the next peer
   * @throws KafkaUnavailable if the broker itself does not answer
   */
  async observeAll(offset: number): Promise<BrokerFacts> {
    return this.observeFully(offset, false);
  }

  /** Cost of the last round. */
  get cost(): RoundCost {
    return { bytes: this.metadata.receivedBytes - this.bytesBefore, ms: this.ownMs };
  }

  private async observeFully(offset: number, isReady: boolean): Promise<BrokerFacts> {
    const { config, self } = this;
    const address = ownBroker(config, self);
    const at = performance.now();
    const facts = await KafkaSession.with(address, DEADLINE_MS, async (session) => {
      const own = await this.metadata.fetch(session);
      this.ownMs = performance.now() - at;
      const requests = this.nextRequests(own, isReady);
      if (requests.quorum) {
        this.quorum = { value: await ownQuorum(address), at: performance.now() };
      }
      if (requests.secondView) {
        this.second = { value: await this.secondView(own, offset), at: performance.now() };
      }
      const found: BrokerFacts = {
        self,
        own,
        quorum: this.quorum?.value,
        ...this.secondViewWithAge(),
        ...(await this.observeDisks(session, own)),
      };
      const views = [own, ...(found.other ? [found.other.view] : [])];
      const isOutOfSync = views.some((view) => outOfSyncPartitions(self, view).length > 0);
      // The request needs the controllers, so it is sent only if the result can change the verdict.
      return isOutOfSync ? { ...found, adding: await reassignments(config, session, own) } : found;
    });
    this.last = { facts, at };
    this.outOfSync = outOfSyncTopics(facts);
    return facts;
  }

  private nextRequests(own: ClusterView, isReady: boolean): RoundRequests {
    const { last, quorum, second } = this;
    const now = performance.now();
    return requestsOf({
      mode: this.config.metadataMode,
      isReady,
      isChanged: !hasSameReplicas(last?.facts.own.partitions ?? [], own.partitions),
      brokers: own.brokers.size,
      quorumAgeMs: quorum && now - quorum.at,
      secondViewAgeMs: second && now - second.at,
      isSecondViewMissing: second?.value.other === undefined,
    });
  }

  private secondViewWithAge(): SecondView {
    const { second } = this;
    const other = second?.value.other;
    return second && other
      ? { other: { ...other, ageMs: performance.now() - second.at } }
      : { otherUnavailable: second?.value.otherUnavailable };
  }

  private async observeDisks(
    session: KafkaSession,
    own: ClusterView,
  ): Promise<Pick<BrokerFacts, 'hostedReplicas' | 'unauthorizedTopics'>> {
    const now = performance.now();
    const { visibleTopics: before } = this;
    this.visibleTopics = own.topics.size;
    const isChanged = before === 0 || own.topics.size < before || own.topics.size === 0;
    const isDue = now - this.disksCheckedAt >= DISK_CHECK_INTERVAL_MS;
    if (!isChanged && this.unauthorized.length === 0 && !isDue) {
      return {};
    }
    const hosted = await hostedReplicas(session);
    const missing = [...hosted.keys()].filter((topic) => !own.topics.has(topic));
    // The other missing topics are deleted, or the broker does not know them yet.
    this.unauthorized = missing.length > 0 ? await unauthorizedTopics(session, missing) : [];
    this.disksCheckedAt = now;
    return {
      hostedReplicas: [...hosted.values()].reduce((sum, count) => sum + count, 0),
      unauthorizedTopics: this.unauthorized,
    };
  }

  private async isStillOutOfSync({ adding }: BrokerFacts): Promise<boolean> {
    const { self, config } = this;
    const end = performance.now() + FULL_CHECK_INTERVAL_MS;
    while (this.outOfSync.length > 0 && performance.now() < end) {
      const topics = this.outOfSync.slice(0, TOPICS_PER_CHECK);
      const own = await KafkaSession.with(ownBroker(config, self), DEADLINE_MS, (session) =>
        this.metadata.fetchTopics(session, topics),
      );
      if (outOfSyncPartitions(self, own, adding).length > 0) {
        return true;
      }
      this.outOfSync = this.outOfSync.slice(TOPICS_PER_CHECK);
    }
    return false;
  }

  /**
   * Asks peers until one confirms the view of the broker. A peer that has just started, or is disconnected, can
   * contradict it for a long time; but if no peer confirms it, the last answer counts.
   */
  private async secondView(own: ClusterView, offset: number): Promise<SecondView> {
    const peers = choosePeers(own, this.self, { kind: 'rotating', offset }, MAX_PEERS);
    if (peers.length === 0) {
      problems.clear('second-view-missing');
      return { otherUnavailable: { isAnyAlive: false, reason: 'no other broker is alive' } };
    }
    const { answers, failures } = await askPeers(peers, {
      parallel: 1,
      deadlineMs: PEER_DEADLINE_MS,
      send: (session) => this.metadata.fetch(session),
      isEnough: (views) => views.length > 0 && confirms(this.self, own, views[views.length - 1].value),
    });
    const last = answers.at(-1);
    if (last) {
      problems.clear('second-view-missing');
      return { other: { id: last.peer.id, view: last.value } };
    }
    const reason = formatFailures(failures);
    problems.report('second-view-missing', reason);
    return { otherUnavailable: { isAnyAlive: true, reason } };
  }
}

/** Uses a connection of its own: a disconnected broker does not answer, which must not look like a failed broker. */
async function ownQuorum(address: Address): Promise<QuorumView | 'unreachable'> {
  const view = await KafkaSession.with(address, QUORUM_DEADLINE_MS, quorumView).catch(() => undefined);
  return view ?? 'unreachable';
}

async function reassignments(
  config: BrokerConfig,
  session: KafkaSession,
  own: ClusterView,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const server = controllerOr(session.address, own, config.metadataMode);
  try {
    return server === session.address
      ? await addingReplicas(session)
      : await KafkaSession.with(server, PEER_DEADLINE_MS, addingReplicas);
  } catch {
    // Without the reassignments every out-of-sync partition counts: a broker is never ready while they are unknown.
    return new Map();
  }
}
