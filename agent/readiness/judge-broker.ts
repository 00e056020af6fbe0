/*
 * Ready means 100 % in sync, judged on the replica's side: every partition that lists this broker as a replica has it
 * in its ISR, replicas that are only being added left out. One view of the cluster can be empty or out of date in
 * several ways, each of which would look like "in sync", so several views must agree. Not knowing is never ready.
 */
import { ClusterView, PartitionView } from '../kafka/cluster-view';
import { partitionName } from '../kafka/partition-name';
import { QuorumView } from '../kafka/quorum-view';
import { truncatedList } from '../text/truncated-list';
import { OBSERVER_LAG_LIMIT_MS, memberOf } from '../kafka/quorum-members';
import { Verdict, readinessUnknown, notReady } from './verdict';

/** What was found out about a broker in one round. */
export interface BrokerFacts {
  readonly self: number;
  /** The cluster as the broker itself sees it. */
  readonly own: ClusterView;
  /** Replicas on the broker's disks; asked for when its own view shows none, and now and then. */
  readonly hostedReplicas?: number;
  /** Topics on the broker's disks that it does not show to its agent; asked for likewise. */
  readonly unauthorizedTopics?: readonly string[];
  /** The cluster as one other broker sees it; absent when there is none to ask. */
  readonly other?: { readonly id: number; readonly view: ClusterView };
  /** Why there is no other view: nobody else is alive, or those who should be do not answer. */
  readonly otherUnavailable?: { readonly isAnyAlive: boolean; readonly reason: string };
  /** The metadata quorum as the broker's own connection to it shows it; absent in ZooKeeper mode. */
  readonly quorum?: QuorumView | 'unreachable';
  /** Replicas that a reassignment is still adding; absent when nobody asked, as nothing is behind. */
  readonly adding?: ReadonlyMap<string, readonly number[]>;
}

/** Judges the readiness of a broker. */
export function judgeBroker(facts: BrokerFacts): Verdict {
  const { self, own, other, otherUnavailable: noOther, quorum } = facts;
  if (!own.brokers.has(self)) {
    return notReady(`broker ${self} does not list itself among the live brokers yet`);
  }
  if (facts.unauthorizedTopics?.length) {
    return notReady(unauthorizedReason(self, facts.unauthorizedTopics));
  }
  if (own.topics.size === 0 && facts.hostedReplicas !== 0) {
    const hosted = facts.hostedReplicas ?? 'an unknown number of';
    return notReady(`broker ${self} shows no topics, but has ${hosted} replicas on disk`);
  }
  const views = [own, ...(other ? [other.view] : [])];
  const lagging = views.map((view) => outOfSyncPartitions(self, view, facts.adding));
  const notInSync = namesOf(lagging);
  // What the broker itself says against itself is certain, whoever else is silent.
  if (lagging[0].length > 0) {
    return notInSyncVerdict(notInSync);
  }
  const cutOff = metadataLagReason(self, quorum);
  if (cutOff !== undefined) {
    return readinessUnknown(cutOff);
  }
  if (other && !other.view.brokers.has(self)) {
    return readinessUnknown(`broker ${other.id} does not list broker ${self} among the live brokers`);
  }
  // In KRaft mode the controllers have just been reached, which a broker that is cut off could not.
  if (!other && noOther?.isAnyAlive && quorum === undefined) {
    return readinessUnknown(`no other broker answers, so this one may be cut off: ${noOther.reason}`);
  }
  if (notInSync.length > 0) {
    return notInSyncVerdict(notInSync);
  }
  const partitions = own.partitions.filter(({ replicas }) => replicas.includes(self)).length;
  return {
    ready: true,
    reason: `in sync for all ${partitions} partitions`,
    notInSync: [],
    witness: other
      ? `broker ${other.id} agrees`
      : `nobody else to ask: ${noOther?.reason ?? 'no other broker'}`,
  };
}

/** That an agent cannot know how all partitions are, and what would mend it. */
export function unauthorizedReason(self: number, hidden: readonly string[]): string {
  return `broker ${self} has replicas of ${truncatedList([...hidden].sort())}, which it does not show to its agent: let the agent's principal describe every topic`;
}

/** Two views mostly say the same, and thousands of names take their time. */
function namesOf(lists: readonly (readonly PartitionView[])[]): string[] {
  const partitions = [...new Set(lists)].flat();
  return [...new Set(partitions.map(({ topic, index }) => partitionName(topic, index)))];
}

function notInSyncVerdict(partitions: readonly string[]): Verdict {
  const notInSync = [...partitions].sort();
  return { ready: false, reason: `not in sync for ${truncatedList(notInSync)}`, notInSync };
}

/** Partitions of a view that make a broker not ready. */
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

/** Views that say the same share their partitions, and in most rounds nothing is new. */
const outOfIsrCache = new WeakMap<readonly PartitionView[], { self: number; out: readonly PartitionView[] }>();

function outOfIsr(self: number, partitions: readonly PartitionView[]): readonly PartitionView[] {
  let found = outOfIsrCache.get(partitions);
  if (found?.self !== self) {
    const out = partitions.filter(({ replicas, isr }) => replicas.includes(self) && !isr.includes(self));
    found = { self, out };
    outOfIsrCache.set(partitions, found);
  }
  return found.out;
}

/** Topics for which the broker's own view speaks against it. */
export function outOfSyncTopics({ self, own, adding }: BrokerFacts): string[] {
  return [...new Set(outOfSyncPartitions(self, own, adding).map(({ topic }) => topic))];
}

/** Why a broker may have missed what the controllers decided; undefined when it has not. */
export function metadataLagReason(self: number, quorum: BrokerFacts['quorum']): string | undefined {
  if (quorum === undefined) {
    return undefined;
  }
  if (quorum === 'unreachable') {
    return 'the controllers cannot be reached through this broker, so what it shows may be out of date';
  }
  const observer = memberOf(quorum.observers, self);
  if (!observer) {
    return `the controllers do not know broker ${self} as an observer yet`;
  }
  if (observer.lagMs === undefined || observer.lagMs > OBSERVER_LAG_LIMIT_MS) {
    return `broker ${self} is behind with the metadata by ${observer.lagMs ?? 'an unknown number of'} ms`;
  }
  return undefined;
}
