/*
 * Ready means that every partition with a replica on this broker has it in its ISR, except replicas that are only being
 * added. A single view of the cluster can be empty or out of date in several ways, and each of them looks like "in sync".
 * Therefore several views must agree. A broker is never ready while an observation is missing.
 */
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';
import { metadataLagReason } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { formatDuration } from '../text/duration';
import { truncatedList } from '../text/truncated-list';
import { Verdict, notReady, readinessUnknown } from './verdict';

/** Observations of a broker in one round. */
export interface BrokerFacts {
  readonly self: number;
  /** Metadata of the broker itself. */
  readonly own: ClusterView;
  /** Replicas in the log directories of the broker. Fetched if its metadata has no topics, and at intervals. */
  readonly hostedReplicas?: number;
  /** Topics in the log directories that the agent is not authorized to describe. Fetched likewise. */
  readonly unauthorizedTopics?: readonly string[];
  /** Metadata of a peer; absent without a peer that answers. */
  readonly other?: { readonly id: number; readonly view: ClusterView; readonly ageMs?: number };
  /** Reason why there is no view of a peer: no peer is alive, or none answers. */
  readonly otherUnavailable?: { readonly isAnyAlive: boolean; readonly reason: string };
  /** The metadata quorum, described through the broker; absent in ZooKeeper mode. */
  readonly quorum?: QuorumView | 'unreachable';
  /** Replicas that reassignments are adding. Absent if they were not fetched, because no partition is out of sync. */
  readonly adding?: ReadonlyMap<string, readonly number[]>;
}

/** Judges the readiness of a broker. */
export function judgeBroker(facts: BrokerFacts): Verdict {
  const { self, own, other, otherUnavailable, quorum } = facts;
  if (!own.brokers.has(self)) {
    return notReady(`broker ${self} does not list itself among the live brokers yet`);
  }
  if (facts.unauthorizedTopics?.length) {
    return notReady(unauthorizedReason(self, facts.unauthorizedTopics));
  }
  if (own.topics.size === 0 && facts.hostedReplicas !== 0) {
    const hosted = facts.hostedReplicas ?? 'an unknown number of';
    return notReady(`the metadata of broker ${self} has no topics, but its disks have ${hosted} replicas`);
  }
  const views = [own, ...(other ? [other.view] : [])];
  const lagging = views.map((view) => outOfSyncPartitions(self, view, facts.adding));
  const outOfSync = leadersOf(lagging);
  // Partitions that the broker itself reports are certain, whatever its peers and the controllers answer.
  if (lagging[0].length > 0) {
    return outOfSyncVerdict(outOfSync);
  }
  const lagReason = metadataLagReason(self, quorum);
  if (lagReason !== undefined) {
    return readinessUnknown(lagReason);
  }
  if (other && !other.view.brokers.has(self)) {
    return readinessUnknown(`broker ${other.id} does not list broker ${self} among the live brokers`);
  }
  // In KRaft mode the controllers have just answered, which excludes that the broker is disconnected.
  if (!other && otherUnavailable?.isAnyAlive && quorum === undefined) {
    return readinessUnknown(
      `no other broker answers, so broker ${self} may be disconnected: ${otherUnavailable.reason}`,
    );
  }
  if (outOfSync.size > 0) {
    return outOfSyncVerdict(outOfSync);
  }
  const partitions = own.partitions.filter(({ replicas }) => replicas.includes(self)).length;
  return {
    ready: true,
    reason: `in the ISR of all ${partitions} partitions`,
    outOfSync: [],
    secondView: other
      ? `broker ${other.id} ${agreement(other.ageMs)}`
      : `none: ${otherUnavailable?.reason ?? 'no other broker'}`,
  };
}

function agreement(ageMs = 0): string {
  return ageMs < 1_000 ? 'agrees' : `agreed ${formatDuration(ageMs / 1_000)} ago`;
}

/** Returns the reason for topics that the agent is not authorized to describe, with the remedy. */
export function unauthorizedReason(self: number, topics: readonly string[]): string {
  return (
    `broker ${self} has replicas of ${truncatedList([...topics].sort())}, but its agent is not authorized to ` +
    'describe these topics: allow the principal of the agent to describe all topics'
  );
}

/**
 * Returns the leader of each partition by its name; the last view that lists the partition counts. Equal lists are the
 * same object, so thousands of names are not built twice.
 */
function leadersOf(lists: readonly (readonly PartitionView[])[]): ReadonlyMap<string, number> {
  const partitions = [...new Set(lists)].flat();
  return new Map(partitions.map(({ topic, index, leader }) => [partitionName(topic, index), leader]));
}

function outOfSyncVerdict(leaders: ReadonlyMap<string, number>): Verdict {
  const outOfSync = [...leaders.keys()].sort();
  const named = outOfSync.map((name) => `${name} (${leaderText(leaders.get(name))})`);
  return { ready: false, reason: `not in the ISR of ${truncatedList(named)}`, outOfSync };
}

function leaderText(leader: number | undefined): string {
  return leader === undefined || leader < 0 ? 'no leader' : `leader ${leader}`;
}

/** Returns the partitions of a view with a replica on the broker that do not have it in their ISR. */
export function outOfSyncPartitions(
  self: number,
  { partitions }: ClusterView,
  adding?: BrokerFacts['adding'],
): readonly PartitionView[] {
  const out = outOfIsr(self, partitions);
  return adding?.size
    ? out.filter(({ topic, index }) => !adding.get(partitionName(topic, index))?.includes(self))
    : out;
}

/** Results by list of partitions. Equal views share their list, and most rounds have no change. */
const outOfIsrCache = new WeakMap<
  readonly PartitionView[],
  { self: number; out: readonly PartitionView[] }
>();

function outOfIsr(self: number, partitions: readonly PartitionView[]): readonly PartitionView[] {
  let cached = outOfIsrCache.get(partitions);
  if (cached?.self !== self) {
    const out = partitions.filter(({ replicas, isr }) => replicas.includes(self) && !isr.includes(self));
    cached = { self, out };
    outOfIsrCache.set(partitions, cached);
  }
  return cached.out;
}

/** Returns the topics with out-of-sync partitions in the view of the broker itself. */
export function outOfSyncTopics({ self, own, adding }: BrokerFacts): string[] {
  return [...new Set(outOfSyncPartitions(self, own, adding).map(({ topic }) => topic))];
}

/** True if a peer lists the broker and has no more out-of-sync partitions of it than the broker itself. */
export function confirms(self: number, own: ClusterView, peer: ClusterView): boolean {
  return (
    peer.brokers.has(self) && outOfSyncPartitions(self, peer).length <= outOfSyncPartitions(self, own).length
  );
}
