/*
 * Kafka tolerates the stop of a broker if every partition with this broker in its ISR has enough other in-sync replicas to
 * accept writes. The metadata of one broker can be out of date, so a peer is asked too, and each view can prevent the stop.
 */
import { isInAnyIsr } from '../identity/membership';
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';
import { metadataLagReason } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { unauthorizedReason } from '../readiness/judge-broker';
import { truncatedList } from '../text/truncated-list';
import { zoneTurnOf } from './zone-turn';
import { ReplicaPeers, StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** Observations of a broker that is about to stop. */
export interface BrokerStopFacts {
  readonly self: number;
  /** Metadata of the broker itself. Its port may be closed, or it gives no answer. */
  readonly own: ClusterView | 'closed' | 'no answer';
  /** Metadata of a peer. */
  readonly other?: { readonly id: number; readonly view: ClusterView };
  /** Reason why there is no view of a peer. */
  readonly otherUnavailable?: string;
  /** Topics in the log directories that the agent is not authorized to describe. */
  readonly unauthorizedTopics?: readonly string[];
  /** In-sync brokers that do not answer; absent before they are probed. */
  readonly unreachable?: ReadonlySet<number>;
  /** True if peers are alive, even if none answers. */
  readonly isAnyOtherAlive: boolean;
  /** The metadata quorum, described through this broker; absent in ZooKeeper mode. */
  readonly quorum?: QuorumView | 'unreachable';
  /** `min.insync.replicas` by topic; topics with an unknown value are missing. */
  readonly minInSync: ReadonlyMap<string, number>;
  /** Replicas that reassignments are adding; empty if they are unknown. */
  readonly adding: ReadonlyMap<string, readonly number[]>;
  /** `block` if partitions without a spare replica delay the stop up to the preStop timeout. */
  readonly atRiskTopics: 'block' | 'allow';
}

/** Judges if a broker may stop. It may not while an observation is missing. */
export function mayStopBroker(facts: BrokerStopFacts): StopVerdict {
  const { self, own, other, otherUnavailable } = facts;
  const noOther = `no other broker answers${otherUnavailable ? ` (${otherUnavailable})` : ''}`;
  if (own === 'closed') {
    return mayStopAtOnce('the port of Kafka is closed, so this broker serves no clients');
  }
  if (own === 'no answer' && !other) {
    return mustWait(`broker ${self} does not answer its agent, and ${noOther}`);
  }
  if (facts.unauthorizedTopics?.length) {
    return mustWait(unauthorizedReason(self, facts.unauthorizedTopics));
  }
  // A broker that does not list itself has just started or is fenced, and its metadata may be empty.
  const ownView = own !== 'no answer' && own.brokers.has(self) ? own : undefined;
  const views = [ownView, other?.view].filter((view) => view !== undefined);
  if (views.length === 0) {
    const isOut = own !== 'no answer' && own.topics.size > 0 && !isInAnyIsr(self, own.partitions);
    return isOut && !facts.isAnyOtherAlive
      ? mayStopAtOnce(`broker ${self} is not registered, and no ISR contains it`)
      : mustWait(`broker ${self} does not list itself among the live brokers, and ${noOther}`);
  }
  // If the metadata of the broker lags, the view of the peer is newer.
  const lagReason = own === 'no answer' ? undefined : metadataLagReason(self, facts.quorum);
  const current = lagReason !== undefined && other ? [other.view] : views;
  if (!current.some(({ partitions }) => isInAnyIsr(self, partitions)) && (lagReason === undefined || other)) {
    return mayStopAtOnce(`no ISR contains broker ${self}`);
  }
  if (lagReason !== undefined) {
    return mustWait(lagReason);
  }
  if (!other && facts.isAnyOtherAlive) {
    return mustWait(noOther);
  }
  return judgePartitions(facts, views);
}

function judgePartitions(facts: BrokerStopFacts, views: readonly ClusterView[]): StopVerdict {
  const { self, adding } = facts;
  const inSync = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  const atRisk = namesOf(inSync.filter((partition) => spareReplicas(partition, facts) < 0));
  const short = inSync.filter((partition) => otherInSyncCount(partition, facts) < required(partition, facts));
  if (short.length > 0) {
    const partitions = truncatedList(unique(short.map((partition) => shortage(partition, facts))));
    const unreachable = unreachableText(short, facts);
    const reason = `without broker ${self} too few replicas would be in the ISR of ${partitions}${unreachable}`;
    return { ...mustWait(reason, atRisk), zone: zoneTurnOf(self, inSync, views) };
  }
  const unknown = inSync.filter(({ topic }) => !facts.minInSync.has(topic));
  // Without the setting it is unknown which partitions are at risk. If they are allowed, all other replicas in sync suffice.
  if (facts.atRiskTopics === 'block' && unknown.length > 0) {
    const topics = truncatedList(unique(unknown.map(({ topic }) => topic)));
    return mustWait(`min.insync.replicas of ${topics} is unknown`, atRisk);
  }
  const copied = [...adding].filter(([, ids]) => ids.includes(self)).map(([name]) => name);
  return {
    mayStop: true,
    aliveIds: new Set(views.flatMap(({ brokers }) => [...brokers.keys()])),
    allInSync: inSync.every(
      (partition) => otherInSyncCount(partition, facts) === partition.replicas.length - 1,
    ),
    reason: `all ${namesOf(inSync).length} partitions have enough other replicas in sync`,
    // A copy continues after the restart, so it delays no stop.
    ...(copied.length > 0
      ? { stopsLast: `a reassignment is copying ${truncatedList(copied.sort())} to broker ${self}` }
      : {}),
    zone: zoneTurnOf(self, inSync, views),
    replicaPeers: replicaPeersOf(
      inSync.flatMap(({ replicas }) => replicas),
      self,
      views,
    ),
    atRisk,
  };
}

function replicaPeersOf(
  replicas: readonly number[],
  self: number,
  views: readonly ClusterView[],
): ReplicaPeers {
  return {
    ids: [...new Set(replicas)].filter((id) => id !== self).sort((a, b) => a - b),
    liveHosts: new Map(
      views.flatMap(({ brokers }) => [...brokers.values()].map(({ id, host }) => [id, host])),
    ),
  };
}

/** Returns the effective minimum of in-sync replicas, which is never larger than the number of replicas. */
function minimum({ topic, replicas }: PartitionView, { minInSync }: BrokerStopFacts): number {
  return Math.min(minInSync.get(topic) ?? Math.max(1, replicas.length - 1), replicas.length);
}

/** Returns the number of replicas that can fail while one is down. Below zero the partition rejects writes. */
function spareReplicas(partition: PartitionView, facts: BrokerStopFacts): number {
  return partition.replicas.length - 1 - minimum(partition, facts);
}

/** Returns the required number of other in-sync replicas. Unless at-risk topics block, it is never more than there are. */
function required(partition: PartitionView, facts: BrokerStopFacts): number {
  const most = facts.atRiskTopics === 'block' ? Infinity : partition.replicas.length - 1;
  return Math.min(minimum(partition, facts), most);
}

function otherInSyncCount({ isr }: PartitionView, { self, unreachable }: BrokerStopFacts): number {
  return isr.filter((id) => id !== self && !unreachable?.has(id)).length;
}

function unreachableText(partitions: readonly PartitionView[], { unreachable }: BrokerStopFacts): string {
  const ids = [...(unreachable ?? [])].filter((id) => partitions.some(({ isr }) => isr.includes(id)));
  return ids.length === 0
    ? ''
    : `; the ISR lists broker ${ids.sort((a, b) => a - b).join(', ')}, which does not answer`;
}

function shortage(partition: PartitionView, facts: BrokerStopFacts): string {
  const name = partitionName(partition.topic, partition.index);
  return `${name} (${otherInSyncCount(partition, facts)} of ${required(partition, facts)})`;
}

function namesOf(partitions: readonly PartitionView[]): string[] {
  return unique(partitions.map(({ topic, index }) => partitionName(topic, index)));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
