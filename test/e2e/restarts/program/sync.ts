/*
 * State of the replicas of a cluster, from one metadata response for all topics.
 */
import { BrokerSync } from '../recording';

/** A partition in a metadata response. */
export interface Partition {
  readonly leaderId: number;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
}

/** State of replicas. */
export interface Sync {
  readonly short: number;
  readonly leaderless: number;
  readonly brokers: Readonly<Record<string, BrokerSync>>;
}

/** min.insync.replicas of topics with three replicas. */
const MIN_IN_SYNC = 2;

/** Summarizes partitions. */
export function syncOf(partitions: readonly Partition[]): Sync {
  const brokers: Record<string, { behind: number; missed: number }> = {};
  let short = 0;
  let leaderless = 0;
  for (const { leaderId, replicaNodes, isrNodes } of partitions) {
    leaderless += Number(leaderId < 0);
    // A topic with fewer replicas is always below min.insync.replicas, which is the choice of its owner.
    short += Number(replicaNodes.length > MIN_IN_SYNC && isrNodes.length < MIN_IN_SYNC);
    for (const id of replicaNodes) {
      const broker = (brokers[id] ??= { behind: 0, missed: 0 });
      broker.behind += Number(!isrNodes.includes(id));
      broker.missed += Number(replicaNodes[0] === id && leaderId !== id);
    }
  }
  return { short, leaderless, brokers };
}
