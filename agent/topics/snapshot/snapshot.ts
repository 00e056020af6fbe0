/*
 * All inputs of a plan as text: a Job prints them into its log, and `cdk8s-kafka topics plan` reads them.
 */
import { gzipSync } from 'node:zlib';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { partitionName } from '../../kafka/partition-name';
import { ListContent } from '../lists/declarations';
import { OperatorRequests } from '../plan/plan-run';
import { ClusterState } from '../plan/cluster-state';

/** State of a cluster, and of its topic synchronization. */
export interface Snapshot extends OperatorRequests {
  readonly clusterName: string;
  /** Namespace of the topic synchronization. */
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly state: ClusterState;
  /** The lists in the cluster. */
  readonly lists: readonly ListContent[];
  /** Memory of earlier runs, as in the status ConfigMap. */
  readonly memory?: string;
  /** Bytes of partitions by `partitionName`, as far as brokers have answered. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Form of a snapshot in JSON. */
export interface StoredSnapshot extends OperatorRequests {
  readonly version: number;
  readonly clusterName: string;
  readonly namespace: string;
  readonly takenAt: string;
  readonly brokers: readonly { readonly id: number; readonly zone?: string }[];
  /** Replica lists by topic, in the order of the partitions. */
  readonly topics: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Partitions with a running reassignment: `topic-partition`. Their replicas are those afterwards. */
  readonly moving?: readonly string[];
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods?: Readonly<Record<string, readonly number[]>>;
  readonly cordoned: readonly number[];
  readonly lists: readonly ListContent[];
  readonly memory?: string;
  /** Bytes by topic, in the order of the partitions; null if no broker has answered. */
  readonly sizes?: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Version of the form. */
export const VERSION = 2;
/** Container runtimes split longer lines. */
const LINE = 8_000;
/** Start of each line of a snapshot in a log. */
export const LOG_PREFIX = 'snapshot ';
/** Last line of a snapshot in a log. */
export const LOG_END = 'snapshot end';

/** Formats a snapshot as lines of a log. */
export function snapshotLines(snapshot: Snapshot): string[] {
  const text = gzipSync(snapshotJson(snapshot)).toString('base64');
  const lines = Array.from({ length: Math.ceil(text.length / LINE) }, (_, index) =>
    text.slice(index * LINE, (index + 1) * LINE),
  );
  return [...lines.map((line) => `${LOG_PREFIX}${line}`), LOG_END];
}

/** True for a line of a log that is part of a snapshot. */
export function isSnapshotLine(line: string): boolean {
  return line.startsWith(LOG_PREFIX);
}

/** Formats a snapshot as JSON. */
export function snapshotJson(snapshot: Snapshot): string {
  const { state, takenAt, sizes, ...rest } = snapshot;
  const { view, settings, pods, cordoned } = state;
  const stored: StoredSnapshot = {
    ...rest,
    version: VERSION,
    takenAt: new Date(takenAt).toISOString(),
    brokers: [...view.brokers.values()].map(({ id, rack }) => ({ id, zone: rack })),
    topics: replicaLists(view),
    ...(view.moving === undefined || view.moving.size === 0 ? {} : { moving: [...view.moving] }),
    settings: Object.fromEntries([...settings].map(([topic, values]) => [topic, Object.fromEntries(values)])),
    ...(pods === undefined
      ? {}
      : { pods: Object.fromEntries([...pods].map(([map, ids]) => [map, [...ids]])) }),
    cordoned: [...cordoned],
    sizes: sizesByTopic(view, sizes),
  };
  return JSON.stringify(stored);
}

function replicaLists(view: ClusterView): StoredSnapshot['topics'] {
  return byPartition(view, ({ replicas }) => replicas);
}

function sizesByTopic(view: ClusterView, sizes: Snapshot['sizes']): StoredSnapshot['sizes'] {
  return byPartition(view, ({ topic, index }) => sizes.get(partitionName(topic, index)) ?? null);
}

/** Values of partitions by topic, in the order of the partitions. */
function byPartition<T>(
  { partitions, topics }: ClusterView,
  valueOf: (partition: PartitionView) => T,
): Record<string, T[]> {
  const lists = Object.create(null) as Record<string, T[]>;
  topics.forEach((topic) => (lists[topic] = []));
  partitions.forEach((partition) => (lists[partition.topic][partition.index] = valueOf(partition)));
  return lists;
}
