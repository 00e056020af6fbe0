/*
 * Kafka elects a broker with an empty disk if the broker was the last member of an ISR, and all other replicas then
 * truncate to nothing. This decision prevents that a lost disk becomes a lost topic.
 */
import { truncatedList } from '../text/truncated-list';

/** A partition with a replica on this broker, as a peer sees it. */
export interface PeerPartition {
  readonly name: string;
  /** -1 without a leader. */
  readonly leader: number;
  readonly isr: readonly number[];
  /** Replicas that Kafka may elect while there is no leader: eligible leader replicas and the last known ones. */
  readonly electable: readonly number[];
}

/** View of a peer. */
export interface PeerView {
  readonly source: string;
  /** True if the view is known to be current. The metadata of a disconnected broker can be old. */
  readonly isCurrent: boolean;
  /** Partitions with a replica on this broker. */
  readonly partitions: readonly PeerPartition[];
}

/** Inputs of the decision. */
export interface EmptyDiskFacts {
  readonly id: number;
  /** True if the ledger has an entry for this broker. */
  readonly hasBeenInSync: boolean;
  readonly emptyDisks: readonly string[];
  readonly peers: readonly PeerView[];
  /** Value of the annotation that accepts the loss of data. */
  readonly acceptedLoss?: string;
}

/** Decision whether a server may start, with the reason. */
export interface StartVerdict {
  readonly mayStart: boolean;
  readonly reason: string;
}

/** Decides whether a broker may start on empty disks. */
export function mayStartOnEmptyDisk(facts: EmptyDiskFacts): StartVerdict {
  const { id, hasBeenInSync, emptyDisks, peers, acceptedLoss } = facts;
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: `all disks contain data of broker ${id}` };
  }
  if (acceptedLoss !== undefined) {
    return {
      mayStart: true,
      reason: `loss of data that only ${emptyDisks.join(', ')} contained is accepted by ${acceptedLoss}`,
    };
  }
  const empty =
    `${emptyDisks.join(', ')} of broker ${id} is empty` +
    (hasBeenInSync ? ', and the broker has been in sync before' : '');
  for (const peer of peers) {
    const risk = riskSeenBy(peer, id);
    if (risk !== undefined) {
      return { mayStart: false, reason: `${empty}; ${risk}` };
    }
  }
  // At the first start of a cluster no peer answers, and no broker has been in sync.
  if (hasBeenInSync && !peers.some((peer) => peer.isCurrent)) {
    return {
      mayStart: false,
      reason: `${empty}; no other broker can confirm that its data has other copies (${missingViewReason(peers)})`,
    };
  }
  return {
    mayStart: true,
    reason: hasBeenInSync
      ? `other brokers have all data of broker ${id}: it replicates from them`
      : `broker ${id} has never been in sync, and no ISR contains it`,
  };
}

/** Returns the reason why a start on empty disks would lose data, according to one peer. */
function riskSeenBy({ source, partitions }: PeerView, id: number): string | undefined {
  const inSync = partitions.filter(({ isr }) => isr.includes(id));
  const lost = [
    ...inSync.filter(({ isr }) => isr.length === 1),
    ...partitions.filter((partition) => isOnlyElectable(id, partition)),
  ];
  if (lost.length > 0) {
    return `according to ${source} it may have the last copy of ${namesOf(lost)}, so a start could lose data`;
  }
  const unclear = partitions.filter((p) => p.leader < 0 && p.isr.length === 0 && p.electable.length === 0);
  if (unclear.length > 0) {
    return `${source} does not know which replica can become leader of ${namesOf(unclear)}`;
  }
  return inSync.length > 0
    ? `${source} still lists it in the ISR of ${namesOf(inSync)}: its previous session must end first`
    : undefined;
}

function isOnlyElectable(id: number, { leader, isr, electable }: PeerPartition): boolean {
  return leader < 0 && !isr.includes(id) && electable.includes(id);
}

function missingViewReason(peers: readonly PeerView[]): string {
  return peers.length === 0
    ? 'none answers'
    : `the metadata of ${peers.map(({ source }) => source).join(', ')} may be out of date`;
}

function namesOf(partitions: readonly PeerPartition[]): string {
  return truncatedList([...new Set(partitions.map(({ name }) => name))].sort());
}
