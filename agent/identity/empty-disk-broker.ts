/*
 * Kafka elects a broker with an empty disk if the broker was the last member of an ISR, and all other replicas then
 * truncate to nothing. This decision is what stands between a wiped disk and a lost topic.
 */
import { truncatedList } from '../text/truncated-list';

/** A partition of this broker, as another broker sees it. */
export interface PeerPartition {
  readonly name: string;
  /** -1 when it has none. */
  readonly leader: number;
  readonly isr: readonly number[];
  /** Replicas that Kafka may elect while there is no leader: the eligible and the last known ones. */
  readonly electable: readonly number[];
}

/** What another broker says. */
export interface PeerView {
  readonly source: string;
  /** Whether it is known to be up to date: it may be cut off, and then says what was true long ago. */
  readonly isCurrent: boolean;
  /** Its partitions that have a replica on this broker. */
  readonly partitions: readonly PeerPartition[];
}

/** Everything the decision depends on. */
export interface EmptyDiskFacts {
  readonly id: number;
  /** Whether this broker has been in sync once. */
  readonly hasBeenInSync: boolean;
  readonly emptyDisks: readonly string[];
  readonly peers: readonly PeerView[];
  /** Who accepts the loss and why, if somebody does. */
  readonly acceptedLoss?: string;
}

/** Whether a broker may start on empty disks, and why. */
export interface StartVerdict {
  readonly mayStart: boolean;
  readonly reason: string;
}

/** Decides whether a broker may start on empty disks. */
export function mayStartOnEmptyDisk({ id, hasBeenInSync: isKnown, emptyDisks, peers, acceptedLoss: consent }: EmptyDiskFacts): StartVerdict {
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: 'all disks hold this broker’s data' };
  }
  if (consent !== undefined) {
    return {
      mayStart: true,
      reason: `the loss of what only ${emptyDisks.join(', ')} held is accepted: ${consent}`,
    };
  }
  const empty = `${emptyDisks.join(', ')} of broker ${id}${isKnown ? ', which has been in sync before,' : ''} is empty`;
  for (const { source: from, partitions } of peers) {
    const inSync = partitions.filter(({ isr }) => isr.includes(id));
    const lost = [
      ...inSync.filter(({ isr }) => isr.length === 1),
      ...partitions.filter((p) => isOnlyElectable(id, p)),
    ];
    if (lost.length > 0) {
      return {
        mayStart: false,
        reason: `${empty}, and ${from} says that it may be the last copy of ${namesOf(lost)}: starting could lose them`,
      };
    }
    const unclear = partitions.filter((p) => p.leader < 0 && p.isr.length === 0 && p.electable.length === 0);
    if (unclear.length > 0) {
      return {
        mayStart: false,
        reason: `${empty}, and ${from} does not know who could lead ${namesOf(unclear)}`,
      };
    }
    if (inSync.length > 0) {
      return {
        mayStart: false,
        reason: `${empty}, and ${from} still counts it as in sync for ${namesOf(inSync)}: its old session has to end`,
      };
    }
  }
  // On the first day nobody answers, and nobody has been in sync.
  if (isKnown && !peers.some((peer) => peer.isCurrent)) {
    return {
      mayStart: false,
      reason: `${empty}, and no other broker can say whether it was the last copy of anything (${missingViewReason(peers)})`,
    };
  }
  return {
    mayStart: true,
    reason: isKnown
      ? `other brokers have all that broker ${id} had: it refills itself from them`
      : `broker ${id} has never been in sync, and no other broker counts on it`,
  };
}

function isOnlyElectable(id: number, { leader, isr, electable }: PeerPartition): boolean {
  return leader < 0 && !isr.includes(id) && electable.includes(id);
}

function missingViewReason(peers: readonly PeerView[]): string {
  return peers.length === 0
    ? 'none answers'
    : `${peers.map(({ source: from }) => from).join(', ')} may be out of date`;
}

function namesOf(partitions: readonly PeerPartition[]): string {
  return truncatedList([...new Set(partitions.map(({ name }) => name))].sort());
}
