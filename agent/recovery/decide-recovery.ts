/*
 * Decides which lost server gets new volumes. A claim is deleted only if nothing else could be the reason of the loss, and if no
 * record is lost with its volume: not even one whose last copy is on a disk that may come back.
 */
import { partitionName } from '../kafka/partition-name';
import { PartitionView } from '../kafka/metadata-topics';
import { formatDuration } from '../text/duration';
import { truncatedList } from '../text/truncated-list';
import { LostServer } from './lost-server';

/** Answer to the question whether a server may start on empty disks. */
export interface BlankDiskAnswer {
  readonly mayStart: boolean;
  readonly reason: string;
}

/** The brokers, as one of them with current metadata sees them. */
export interface BrokersFacts {
  readonly partitions: readonly PartitionView[];
  /** Replicas that reassignments are adding, by the name of the partition. */
  readonly adding: ReadonlyMap<string, readonly number[]>;
  /** `min.insync.replicas` by topic. */
  readonly minInSyncReplicas: ReadonlyMap<string, number>;
  /** Seconds for which each lost broker has not been among the live brokers. */
  readonly fencedSeconds: ReadonlyMap<number, number>;
}

/** Limits of the recovery. */
export interface RecoveryLimits {
  /** Time for which a node must be gone, and its broker fenced, in seconds. */
  readonly nodeGoneSeconds: number;
  /** Maximum number of nodes of a StatefulSet that may be gone at once. */
  readonly maxNodes: number;
}

/** Inputs of the decision. */
export interface RecoveryFacts {
  readonly limits: RecoveryLimits;
  readonly lost: readonly LostServer[];
  /** Seconds for which each node has been gone. */
  readonly goneSeconds: ReadonlyMap<string, number>;
  /** Servers of the cluster that are not lost, and are not in sync or not alive. */
  readonly notInSync: readonly string[];
  /** Name and reason of the person who pauses the recovery. */
  readonly pause?: string;
  /** Nodes that a person has stated to be lost. */
  readonly acceptedNodes: ReadonlySet<string>;
  /** Undefined if no broker is lost. */
  readonly brokers?: BrokersFacts | { readonly unavailable: string };
  /** Answers by the name of the pod. */
  readonly answers: ReadonlyMap<string, BlankDiskAnswer>;
}

/** A lost server, and what its recovery waits for. */
export interface ServerVerdict {
  readonly server: LostServer;
  /** Empty if the server may be freed. */
  readonly waitsFor: readonly string[];
}

/** Result of a round. */
export interface RecoveryDecision {
  readonly verdicts: readonly ServerVerdict[];
  /** The server to free; at most one in each round. */
  readonly free?: LostServer;
  /** Reasons that last until a person decides; empty if there are none. */
  readonly needsPerson: readonly string[];
}

/** Decides which lost server gets new volumes. */
export function decideRecovery(facts: RecoveryFacts): RecoveryDecision {
  const { acceptedNodes, limits, lost, pause } = facts;
  const needsPerson = tooMany(
    lost.filter(({ node }) => !acceptedNodes.has(node)),
    limits,
  );
  const verdicts = [...lost].sort(byUrgency).map((server) => ({
    server,
    waitsFor: [
      ...(pause === undefined ? [] : [`the recovery is paused: ${pause}`]),
      ...(acceptedNodes.has(server.node) ? [] : needsPerson),
      ...reasonsOf(server, facts),
    ],
  }));
  return { verdicts, free: verdicts.find(({ waitsFor }) => waitsFor.length === 0)?.server, needsPerson };
}

/** Brokers need a quorum, so its members come first. */
function byUrgency(a: LostServer, b: LostServer): number {
  return Number(a.kind === 'broker') - Number(b.kind === 'broker') || a.id - b.id;
}

/** Several nodes at once are more often a mistake or an outage than several losses. */
function tooMany(lost: readonly LostServer[], limits: RecoveryLimits): string[] {
  const reasons: string[] = [];
  for (const statefulSet of new Set(lost.map((server) => server.statefulSet))) {
    const nodes = [
      ...new Set(lost.filter((one) => one.statefulSet === statefulSet).map(({ node }) => node)),
    ].sort();
    if (nodes.length > limits.maxNodes) {
      reasons.push(
        `${nodes.length} nodes of ${statefulSet} are gone at once (${truncatedList(nodes)}), and the limit is ${limits.maxNodes}`,
      );
    }
  }
  const zones = zonesOf(lost);
  if (zones.length > 1) {
    reasons.push(`nodes of several zones are gone at once: ${truncatedList(zones)}`);
  }
  return reasons;
}

/** A node whose zone is unknown counts as a zone of its own. */
function zonesOf(lost: readonly LostServer[]): string[] {
  const zones = new Map<string, string>();
  for (const { node, zone } of lost) {
    zones.set(node, zone === undefined ? (zones.get(node) ?? `the zone of ${node}`) : `zone ${zone}`);
  }
  return [...new Set(zones.values())].sort();
}

function reasonsOf(server: LostServer, facts: RecoveryFacts): string[] {
  const { acceptedNodes, answers, brokers, goneSeconds, limits, notInSync } = facts;
  const answer = answers.get(server.pod.name);
  const isAccepted = acceptedNodes.has(server.node);
  return [
    ...tooShort(`node ${server.node} has been gone`, goneSeconds.get(server.node) ?? 0, limits),
    ...(!isAccepted && notInSync.length > 0
      ? [`other servers are not in sync: ${truncatedList(notInSync)}`]
      : []),
    ...(brokers === undefined || 'unavailable' in brokers
      ? [`the brokers cannot be asked: ${brokers?.unavailable ?? 'no answer'}`]
      : server.kind === 'broker'
        ? brokerReasons(server.id, brokers, facts, isAccepted)
        : []),
    ...(answer === undefined
      ? ['nobody has answered whether the server may start on empty disks']
      : answer.mayStart
        ? []
        : [answer.reason]),
  ];
}

function brokerReasons(
  id: number,
  brokers: BrokersFacts,
  { limits, lost }: RecoveryFacts,
  isAccepted: boolean,
): string[] {
  const lostBrokers = lost.filter(({ kind }) => kind === 'broker').map((one) => one.id);
  const underMinimum = brokers.partitions.filter((partition) => isUnderMinimum(id, partition, brokers));
  const lagging = laggingBrokers(lostBrokers, brokers);
  return [
    ...tooShort(`broker ${id} has been fenced`, brokers.fencedSeconds.get(id) ?? 0, limits),
    ...(!isAccepted && underMinimum.length > 0
      ? [`partitions with fewer replicas in sync than min.insync.replicas: ${namesOf(underMinimum)}`]
      : []),
    ...(!isAccepted && lagging.length > 0
      ? [`other brokers are not in sync: ${truncatedList(lagging.map(String))}`]
      : []),
  ];
}

function tooShort(what: string, seconds: number, { nodeGoneSeconds }: RecoveryLimits): string[] {
  return seconds >= nodeGoneSeconds ? [] : [`${what} for less than ${formatDuration(nodeGoneSeconds)}`];
}

/** True if a partition has fewer replicas in sync than it needs, and than it could have without this broker. */
function isUnderMinimum(
  id: number,
  { topic, replicas, isr }: PartitionView,
  { minInSyncReplicas }: BrokersFacts,
): boolean {
  const possible = replicas.filter((replica) => replica !== id).length;
  // Without a known value, all possible replicas must be in sync.
  return (
    replicas.includes(id) &&
    isr.filter((one) => one !== id).length < Math.min(minInSyncReplicas.get(topic) ?? Infinity, possible)
  );
}

/** Brokers that are not lost, and not in sync for a partition that they have. */
function laggingBrokers(lost: readonly number[], { partitions, adding }: BrokersFacts): number[] {
  const lagging = new Set<number>();
  for (const { topic, index, replicas, isr } of partitions) {
    const added = adding.get(partitionName(topic, index)) ?? [];
    replicas
      .filter((id) => !isr.includes(id) && !lost.includes(id) && !added.includes(id))
      .forEach((id) => lagging.add(id));
  }
  return [...lagging].sort((a, b) => a - b);
}

function namesOf(partitions: readonly PartitionView[]): string {
  return truncatedList(partitions.map(({ topic, index }) => partitionName(topic, index)).sort());
}
