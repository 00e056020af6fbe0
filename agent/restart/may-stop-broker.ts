/*
 * Kafka can spare a broker while every partition that it is in sync for has enough others in sync to go on taking
 * writes. What one server says can be out of date, so another broker is asked as well, and each of them can object.
 */
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';
import { QuorumView } from '../kafka/quorum-view';
import { truncatedList } from '../text/truncated-list';
import { unauthorizedReason, metadataLagReason } from '../readiness/judge-broker';
import { ReplicaPeers, StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** What was found out about a broker that shall stop. */
export interface BrokerStopFacts {
  readonly self: number;
  /** The cluster as the broker itself sees it, or how it fails to say so: its port is closed, or it is silent. */
  readonly own: ClusterView | 'closed' | 'silent';
  /** The cluster as another broker sees it. */
  readonly other?: { readonly id: number; readonly view: ClusterView };
  /** Topics on the broker's disks that it does not show to its agent. */
  readonly unauthorizedTopics?: readonly string[];
  /** Brokers that Kafka counts as in sync, and that take no connection; absent while nobody has knocked. */
  readonly unreachable?: ReadonlySet<number>;
  /** Whether there should be others, who do not answer. */
  readonly isAnyOtherAlive: boolean;
  /** The metadata quorum, asked through this broker; absent in ZooKeeper mode. */
  readonly quorum?: QuorumView | 'unreachable';
  /** `min.insync.replicas` by topic; of a topic that is missing nobody could say. */
  readonly minInSync: ReadonlyMap<string, number>;
  /** Replicas that reassignments are still adding. */
  readonly adding: ReadonlyMap<string, readonly number[]> | 'unknown';
  /** Whether partitions without a replica to spare hold the stop for as long as it can be held. */
  readonly atRiskTopics: 'block' | 'allow';
}

/** Judges whether a broker may stop. Not knowing is no permission. */
export function mayStopBroker(facts: BrokerStopFacts): StopVerdict {
  const { self, own, other } = facts;
  if (own === 'closed') {
    return mayStopAtOnce('the port of Kafka is closed, so it serves nobody');
  }
  if (own === 'silent' && !other) {
    return mustWait('neither this broker nor another one says how the partitions are');
  }
  if (facts.unauthorizedTopics?.length) {
    return mustWait(unauthorizedReason(self, facts.unauthorizedTopics));
  }
  // A broker that does not list itself has just started or is fenced; what it shows may be empty.
  const ownView = own !== 'silent' && own.brokers.has(self) ? own : undefined;
  const views = [ownView, other?.view].filter((view) => view !== undefined);
  if (views.length === 0) {
    const isOut = own !== 'silent' && own.topics.size > 0 && !isInSyncAnywhere(self, own);
    return isOut && !facts.isAnyOtherAlive
      ? mayStopAtOnce(`broker ${self} is not registered and in no ISR`)
      : mustWait(`broker ${self} does not list itself among the live brokers, and no other broker answers`);
  }
  // What others say of a broker that cannot follow the controllers is newer than what it says itself.
  const cutOff = own === 'silent' ? undefined : metadataLagReason(self, facts.quorum);
  const current = cutOff !== undefined && other ? [other.view] : views;
  if (!current.some((view) => isInSyncAnywhere(self, view)) && (cutOff === undefined || other)) {
    return mayStopAtOnce(`broker ${self} is in no ISR`);
  }
  if (cutOff !== undefined) {
    return mustWait(cutOff);
  }
  if (!other && facts.isAnyOtherAlive) {
    return mustWait('no other broker answers');
  }
  return judgePartitions(facts, views);
}

function isInSyncAnywhere(self: number, { partitions }: ClusterView): boolean {
  return partitions.some(({ isr }) => isr.includes(self));
}

function judgePartitions(facts: BrokerStopFacts, views: readonly ClusterView[]): StopVerdict {
  const { self, adding } = facts;
  const concerned = views.flatMap(({ partitions }) => partitions.filter(({ isr }) => isr.includes(self)));
  const atRisk = namesOf(concerned.filter((partition) => spareReplicas(partition, facts) < 0));
  const short = concerned.filter((partition) => otherInSyncCount(partition, facts) < needed(partition, facts));
  if (short.length > 0) {
    return mustWait(
      `without broker ${self} too few are in sync for ${truncatedList(unique(short.map((partition) => shortage(partition, facts))))}` +
        unreachableText(short, facts),
      atRisk,
    );
  }
  const unknown = concerned.filter(({ topic }) => !facts.minInSync.has(topic));
  // Without it nobody knows what is at risk; where that is allowed, all others in sync are enough in any case.
  if (facts.atRiskTopics === 'block' && unknown.length > 0) {
    return mustWait(
      `nobody says min.insync.replicas of ${truncatedList(unique(unknown.map(({ topic }) => topic)))}`,
      atRisk,
    );
  }
  if (adding === 'unknown') {
    return mustWait('nobody says which partitions are being reassigned', atRisk);
  }
  const copied = [...adding].filter(([, ids]) => ids.includes(self)).map(([name]) => name);
  if (copied.length > 0) {
    return mustWait(`a reassignment is copying ${truncatedList(copied.sort())} to broker ${self}`, atRisk);
  }
  return {
    mayStop: true,
    allInSync: concerned.every((partition) => otherInSyncCount(partition, facts) === partition.replicas.length - 1),
    reason: `all ${namesOf(concerned).length} partitions have enough others in sync`,
    replicaPeers: replicaPeersOf(
      concerned.flatMap(({ replicas }) => replicas),
      self,
      views,
    ),
    atRisk,
  };
}

function replicaPeersOf(replicas: readonly number[], self: number, views: readonly ClusterView[]): ReplicaPeers {
  return {
    ids: [...new Set(replicas)].filter((id) => id !== self).sort((a, b) => a - b),
    liveHosts: new Map(views.flatMap(({ brokers }) => [...brokers.values()].map(({ id, host }) => [id, host]))),
  };
}

/** What Kafka asks for: no partition needs more in sync than it has replicas. */
function minimum({ topic, replicas }: PartitionView, { minInSync }: BrokerStopFacts): number {
  return Math.min(minInSync.get(topic) ?? Math.max(1, replicas.length - 1), replicas.length);
}

/** How many replicas a partition can do without while one is away; below zero it stops taking writes, or altogether. */
function spareReplicas(partition: PartitionView, facts: BrokerStopFacts): number {
  return partition.replicas.length - 1 - minimum(partition, facts);
}

/** How many others must be in sync. Nobody can wait for more than there are. */
function needed(partition: PartitionView, facts: BrokerStopFacts): number {
  const most = facts.atRiskTopics === 'block' ? Infinity : partition.replicas.length - 1;
  return Math.min(minimum(partition, facts), most);
}

function otherInSyncCount({ isr }: PartitionView, { self, unreachable: gone }: BrokerStopFacts): number {
  return isr.filter((id) => id !== self && !gone?.has(id)).length;
}

function unreachableText(partitions: readonly PartitionView[], { unreachable: gone }: BrokerStopFacts): string {
  const ids = [...(gone ?? [])].filter((id) => partitions.some(({ isr }) => isr.includes(id)));
  return ids.length === 0
    ? ''
    : `; Kafka counts broker ${ids.sort((a, b) => a - b).join(', ')}, which takes no connection`;
}

function shortage(partition: PartitionView, facts: BrokerStopFacts): string {
  return `${partitionName(partition.topic, partition.index)} (${otherInSyncCount(partition, facts)} of ${needed(partition, facts)})`;
}

function namesOf(partitions: readonly PartitionView[]): string[] {
  return unique(partitions.map(({ topic, index }) => partitionName(topic, index)));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
