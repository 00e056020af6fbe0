/*
 * Kafka elects a broker with an empty disk if the broker was the last member of an ISR, and all other replicas then
 * truncate to nothing. This decision prevents that a lost disk becomes a lost topic.
 */
import { truncatedList } from '../text/truncated-list';
import { StartRisk, StartVerdict, withAcceptance } from './start-verdict';

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
  /** Reason why topics may be missing in the view, although they exist; absent if it has all topics. */
  readonly hidden?: string;
}

/** Inputs of the decision. */
export interface EmptyDiskFacts {
  readonly id: number;
  /** True if the ledger has an entry for this broker. */
  readonly hasBeenInSync: boolean;
  /** Other brokers of the map that have been in sync according to the ledger. */
  readonly othersInSync?: readonly number[];
  /** Brokers of the map that the quorum has registered; absent in ZooKeeper mode, in which registrations end with the session. */
  readonly registered?: ReadonlySet<number>;
  /** Disks without the data of the last start. */
  readonly emptyDisks: readonly string[];
  /** Description of these disks for messages. */
  readonly description?: string;
  readonly peers: readonly PeerView[];
  /** Reason why no peer was asked; absent if some were. */
  readonly unanswered?: string;
  /** Name, end time and reason of the person who accepts the loss of data. */
  readonly acceptedLoss?: string;
}

/** Number of partitions that are named. An Event has 1024 characters. */
const NAMED_PARTITIONS = 10;

/** Decides whether a broker may start on empty disks. */
export function mayStartOnEmptyDisk(facts: EmptyDiskFacts): StartVerdict {
  const { id, hasBeenInSync, emptyDisks, acceptedLoss } = facts;
  if (emptyDisks.length === 0) {
    return { mayStart: true, reason: `all disks contain data of broker ${id}` };
  }
  const risk = riskOf(facts);
  if (risk === undefined) {
    const disks = facts.description === undefined ? '' : `${facts.description}; `;
    return {
      mayStart: true,
      reason: hasHadData(facts)
        ? `${disks}other brokers have all data of broker ${id}: it replicates from them`
        : `broker ${id} has never been in sync, and no ISR contains it`,
    };
  }
  const description = facts.description ?? `${emptyDisks.join(', ')} of broker ${id} is empty`;
  const reason =
    description + (hasBeenInSync ? ', and the broker has been in sync before' : '') + `; ${risk.reason}`;
  return withAcceptance({ ...risk, reason }, acceptedLoss);
}

/** True if the disks of the broker may have had data: the ledger or the quorum knows it. */
function hasHadData({ id, hasBeenInSync, registered }: EmptyDiskFacts): boolean {
  return hasBeenInSync || registered?.has(id) === true;
}

function riskOf(facts: EmptyDiskFacts): StartRisk | undefined {
  const { id, peers } = facts;
  const names = (risky: (partition: PeerPartition) => boolean) => [
    ...new Set(peers.flatMap(({ partitions }) => partitions.filter(risky)).map(({ name }) => name)),
  ];
  const lost = names((partition) => isLastCopy(id, partition));
  const unclear = names(isUnclear);
  const givesUp = partitionList([...new Set([...lost, ...unclear])]);
  const sourceOf = (risky: (partition: PeerPartition) => boolean) =>
    peers.find(({ partitions }) => partitions.some(risky))?.source;
  if (lost.length > 0) {
    const source = sourceOf((partition) => isLastCopy(id, partition));
    return {
      reason: `according to ${source} it may have the last copy of ${partitionList(lost)}, so a start could lose data`,
      givesUp,
      needsAction: true,
    };
  }
  if (unclear.length > 0) {
    return {
      reason: `${sourceOf(isUnclear)} does not know which replica can become leader of ${partitionList(unclear)}`,
      givesUp,
      needsAction: true,
    };
  }
  return previousSession(facts) ?? missingView(facts);
}

/** Risk of a view that is missing, or lacks topics. */
function missingView(facts: EmptyDiskFacts): StartRisk | undefined {
  const { id, peers, hasBeenInSync, othersInSync = [], registered = new Set<number>() } = facts;
  const hiding = peers.find(({ hidden }) => hidden !== undefined);
  if (hiding !== undefined) {
    const givesUp = 'partitions of topics that the agent may not describe';
    return {
      reason: `${hiding.source} does not show all topics: ${hiding.hidden}`,
      givesUp,
      needsAction: true,
    };
  }
  const givesUp = 'partitions whose last copy was on these disks; no other broker can name them';
  if (hasHadData(facts) && !peers.some((peer) => peer.isCurrent)) {
    const registration = hasBeenInSync ? '' : 'the quorum knows the broker, so it may have had data; ';
    return {
      reason: `${registration}no other broker can confirm that its data has other copies (${missingViewReason(facts)})`,
      givesUp,
    };
  }
  // At the first start of a cluster no peer answers, and no broker has been in sync.
  const others = [...new Set([...othersInSync, ...[...registered].filter((other) => other !== id)])];
  return peers.length === 0 && others.length > 0
    ? {
        reason:
          `the cluster is not new: it knows broker ${truncatedList(others.sort((a, b) => a - b).map(String))}, and no ` +
          `other broker can tell whether broker ${id} has had data (${missingViewReason(facts)})`,
        givesUp,
      }
    : undefined;
}

function previousSession({ id, peers }: EmptyDiskFacts): StartRisk | undefined {
  const peer = peers.find(({ partitions }) => partitions.some(({ isr }) => isr.includes(id)));
  const inSync = peer?.partitions.filter(({ isr }) => isr.includes(id)).map(({ name }) => name) ?? [];
  return (
    peer && {
      reason: `${peer.source} still lists it in the ISR of ${partitionList(inSync)}: its previous session must end first`,
      givesUp: 'nothing, if another member of these ISRs stays alive',
    }
  );
}

/** True if this broker is the only member of the ISR, or may be elected without a leader. */
function isLastCopy(id: number, { leader, isr, electable }: PeerPartition): boolean {
  return isr.includes(id) ? isr.length === 1 : leader < 0 && electable.includes(id);
}

function isUnclear({ leader, isr, electable }: PeerPartition): boolean {
  return leader < 0 && isr.length === 0 && electable.length === 0;
}

function missingViewReason({ peers, unanswered }: EmptyDiskFacts): string {
  return peers.length === 0
    ? (unanswered ?? 'none answers')
    : `the metadata of ${peers.map(({ source }) => source).join(', ')} may be out of date`;
}

function partitionList(names: readonly string[]): string {
  return truncatedList([...new Set(names)].sort(), NAMED_PARTITIONS);
}
