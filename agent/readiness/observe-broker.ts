import { BrokerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { ownBroker } from '../kafka/addresses';
import {
  BrokerView,
  ClusterView,
  MetadataCache,
  addingReplicas,
  hostedReplicas,
  unauthorizedTopics,
} from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { BrokerFacts, outOfSyncPartitions, outOfSyncTopics } from './judge-broker';

const DEADLINE_MS = 20_000;
const OTHER_DEADLINE_MS = 3_000;
const QUORUM_DEADLINE_MS = 5_000;
/** Others that are tried for a second view, before there is said to be none. */
const MAX_PEERS = 3;

/** Whole rounds are so far apart while the broker is behind, in milliseconds: other topics fall behind and catch up too. */
const FULL_CHECK_INTERVAL_MS = 5_000;
/** Topics that are asked for at once while the broker is behind: a few that still are say as much as all. */
const TOPICS_PER_CHECK = 50;
/**
 * How often the disks are held against what the broker shows, in milliseconds. Rights seldom change, and whoever loses
 * some sees fewer topics.
 */
const DISK_CHECK_INTERVAL_MS = 300_000;

/** Finds out, round by round, what the verdict about a broker depends on. */
export class BrokerMonitor {
  private readonly metadata: MetadataCache;
  private last?: { readonly facts: BrokerFacts; readonly at: number };
  /** Topics that the last whole round found behind, and nobody has seen in sync since. */
  private outOfSync: readonly string[] = [];
  /** Topics on the disks that the broker kept from this agent when it was last asked, and when that was. */
  private unauthorized: readonly string[] = [];
  private disksAt = -Infinity;
  /** How many topics the broker showed last. */
  private visibleTopics = 0;

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
  ) {
    this.metadata = new MetadataCache(self);
  }

  /**
   * One round. While the broker is behind, it asks for no more than shows that it still is, and what the last whole
   * round has found out stands: all brokers of a cluster that starts ask at the same time, and have better things to do.
   *
   * @param turn others are asked in turn, the next one when this changes
   * @throws KafkaUnavailable when the broker itself does not answer
   */
  async observe(turn: number): Promise<BrokerFacts> {
    const { last } = this;
    const isFresh = last !== undefined && performance.now() - last.at < FULL_CHECK_INTERVAL_MS;
    return isFresh && (await this.isStillOutOfSync(last.facts)) ? last.facts : this.observeAll(turn);
  }

  /**
   * One round that finds out all there is to know.
   *
   * @param turn others are asked in turn, the next one when this changes
   * @throws KafkaUnavailable when the broker itself does not answer
   */
  async observeAll(turn: number): Promise<BrokerFacts> {
    const { config, self } = this;
    const address = ownBroker(config, self);
    const at = performance.now();
    const facts = await KafkaSession.with(address, DEADLINE_MS, async (session) => {
      const own = await this.metadata.fetch(session);
      const found: BrokerFacts = {
        self,
        own,
        quorum: config.metadataMode === 'kraft' ? await ownQuorum(address) : undefined,
        ...(await this.otherView(own, turn)),
        ...(await this.observeDisks(session, own)),
      };
      const views = [own, ...(found.other ? [found.other.view] : [])];
      const isSuspicious = views.some((view) => outOfSyncPartitions(self, view).length > 0);
      // It needs the controllers, so it is asked only when its answer can make a difference.
      return isSuspicious ? { ...found, adding: await reassignments(config, session, own) } : found;
    });
    this.last = { facts, at };
    this.outOfSync = outOfSyncTopics(facts);
    return facts;
  }

  private async observeDisks(
    session: KafkaSession,
    own: ClusterView,
  ): Promise<Pick<BrokerFacts, 'hostedReplicas' | 'hidden'>> {
    const now = performance.now();
    const { visibleTopics: shown } = this;
    this.visibleTopics = own.topics.size;
    const isNews = shown === 0 || own.topics.size < shown || own.topics.size === 0;
    if (!isNews && this.unauthorized.length === 0 && now - this.disksAt < DISK_CHECK_INTERVAL_MS) {
      return {};
    }
    const hosted = await hostedReplicas(session);
    const unseen = [...hosted.keys()].filter((topic) => !own.topics.has(topic));
    // Others have been deleted meanwhile, or the broker does not know of them yet.
    this.unauthorized = unseen.length > 0 ? await unauthorizedTopics(session, unseen) : [];
    this.disksAt = now;
    return {
      hostedReplicas: [...hosted.values()].reduce((sum, count) => sum + count, 0),
      unauthorizedTopics: this.unauthorized,
    };
  }

  private async isStillOutOfSync({ adding }: BrokerFacts): Promise<boolean> {
    const { self, config } = this;
    const end = performance.now() + FULL_CHECK_INTERVAL_MS;
    while (this.outOfSync.length > 0 && performance.now() < end) {
      const some = this.outOfSync.slice(0, TOPICS_PER_CHECK);
      const own = await KafkaSession.with(ownBroker(config, self), DEADLINE_MS, (session) =>
        this.metadata.fetchTopics(session, some),
      );
      if (outOfSyncPartitions(self, own, adding).length > 0) {
        return true;
      }
      this.outOfSync = this.outOfSync.slice(TOPICS_PER_CHECK);
    }
    return false;
  }

  /**
   * Asks other brokers in turn until one agrees with what this broker sees of itself. One that has just started, or is
   * cut off, would say something else for as long as it likes; but if none agrees, the last one counts.
   */
  private async otherView(own: ClusterView, turn: number): Promise<Pick<BrokerFacts, 'other' | 'noOther'>> {
    const { self } = this;
    const others = [...own.brokers.values()].filter(({ id }) => id !== self).sort((a, b) => a.id - b.id);
    if (others.length === 0) {
      return { otherUnavailable: { isAnyAlive: false, reason: 'no other broker is alive' } };
    }
    const failures: string[] = [];
    const mine = outOfSyncPartitions(self, own).length;
    let other: BrokerFacts['other'];
    for (let index = 0; index < Math.min(MAX_PEERS, others.length); index++) {
      const candidate = others[(turn + index) % others.length];
      try {
        const look = (session: KafkaSession) => this.metadata.fetch(session);
        other = { id: candidate.id, view: await KafkaSession.with(candidate, OTHER_DEADLINE_MS, look) };
        if (other.view.brokers.has(self) && outOfSyncPartitions(self, other.view).length <= mine) {
          return { other };
        }
      } catch (error) {
        failures.push(`broker ${candidate.id}: ${reasonOf(error)}`);
      }
    }
    return other ? { other } : { otherUnavailable: { isAnyAlive: true, reason: failures.join('; ') } };
  }
}

/** On a connection of its own: a broker that is cut off does not answer, and that must not look like a dead broker. */
async function ownQuorum(address: Address): Promise<QuorumView | 'unreachable'> {
  const view = await KafkaSession.with(address, QUORUM_DEADLINE_MS, quorumView).catch(() => undefined);
  return view ?? 'unreachable';
}

async function reassignments(
  config: BrokerConfig,
  session: KafkaSession,
  own: ClusterView,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const controller: BrokerView | undefined = own.brokers.get(own.controllerId);
  try {
    return config.metadataMode === 'zookeeper' && controller
      ? await KafkaSession.with(controller, OTHER_DEADLINE_MS, addingReplicas)
      : await addingReplicas(session);
  } catch {
    // Then nothing is excused: not knowing is never ready.
    return new Map();
  }
}
