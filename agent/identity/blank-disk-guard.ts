/*
 * Kafka elects a broker with an empty disk if the broker was the last member of an ISR, and all other replicas then
 * truncate to nothing. This decision is what stands between a wiped disk and a lost topic.
 */
import { listed } from '../listed';

/** A partition of this broker, as another broker sees it. */
export interface GuardedPartition {
  readonly name: string;
  /** -1 when it has none. */
  readonly leader: number;
  readonly isr: readonly number[];
  /** Replicas that Kafka may elect while there is no leader: the eligible and the last known ones. */
  readonly electable: readonly number[];
}

/** What another broker says. */
export interface PeerView {
  readonly from: string;
  /** Whether it is known to be up to date: it may be cut off, and then says what was true long ago. */
  readonly isCurrent: boolean;
  /** Its partitions that have a replica on this broker. */
  readonly partitions: readonly GuardedPartition[];
}

/** Everything the decision depends on. */
export interface BlankStart {
  readonly id: number;
  /** Whether this broker has been in sync once. */
  readonly isKnown: boolean;
  readonly emptyDisks: readonly string[];
  readonly peers: readonly PeerView[];
  /** Who accepts the loss and why, if somebody does. */
  readonly consent?: string;
}

/** Whether a broker may start on empty disks, and why. */
export interface GuardVerdict {
  readonly start: boolean;
  readonly reason: string;
}

/** Decides whether a broker may start on empty disks. */
export function mayStartBlank({ id, isKnown, emptyDisks, peers, consent }: BlankStart): GuardVerdict {
  if (emptyDisks.length === 0) {
    return { start: true, reason: 'all disks hold this broker’s data' };
  }
  if (consent !== undefined) {
    return {
      start: true,
      reason: `the loss of what only ${emptyDisks.join(', ')} held is accepted: ${consent}`,
    };
  }
  const empty = `${emptyDisks.join(', ')} of broker ${id}${isKnown ? ', which has been in sync before,' : ''} is empty`;
  for (const { from, partitions } of peers) {
    const inSync = partitions.filter(({ isr }) => isr.includes(id));
    const lost = [
      ...inSync.filter(({ isr }) => isr.length === 1),
      ...partitions.filter((p) => isLastHope(id, p)),
    ];
    if (lost.length > 0) {
      return {
        start: false,
        reason: `${empty}, and ${from} says that it may be the last copy of ${namesOf(lost)}: starting could lose them`,
      };
    }
    const unclear = partitions.filter((p) => p.leader < 0 && p.isr.length === 0 && p.electable.length === 0);
    if (unclear.length > 0) {
      return {
        start: false,
        reason: `${empty}, and ${from} does not know who could lead ${namesOf(unclear)}`,
      };
    }
    if (inSync.length > 0) {
      return {
        start: false,
        reason: `${empty}, and ${from} still counts it as in sync for ${namesOf(inSync)}: its old session has to end`,
      };
    }
  }
  // On the first day nobody answers, and nobody has been in sync.
  if (isKnown && !peers.some((peer) => peer.isCurrent)) {
    return {
      start: false,
      reason: `${empty}, and no other broker can say whether it was the last copy of anything (${silence(peers)})`,
    };
  }
  return {
    start: true,
    reason: isKnown
      ? `other brokers have all that broker ${id} had: it refills itself from them`
      : `broker ${id} has never been in sync, and no other broker counts on it`,
  };
}

function isLastHope(id: number, { leader, isr, electable }: GuardedPartition): boolean {
  return leader < 0 && !isr.includes(id) && electable.includes(id);
}

function silence(peers: readonly PeerView[]): string {
  return peers.length === 0
    ? 'none answers'
    : `${peers.map(({ from }) => from).join(', ')} may be out of date`;
}

function namesOf(partitions: readonly GuardedPartition[]): string {
  return listed([...new Set(partitions.map(({ name }) => name))].sort());
}
