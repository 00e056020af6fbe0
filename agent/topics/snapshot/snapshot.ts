/*
 * Everything that a plan depends on, as text: a Job prints it into its log, and `cdk8s-kafka topics plan` reads it.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { BrokerView, ClusterView, PartitionView } from '../../kafka/cluster-view';
import { ListContent } from '../lists/declarations';
import { OperatorRequests } from '../plan/plan-run';
import { ClusterState } from '../plan/cluster-state';

/** State of a cluster, and of its topic synchronization. */
export interface Snapshot extends OperatorRequests {
  readonly clusterName: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly state: ClusterState;
  /** The lists in the cluster. */
  readonly lists: readonly ListContent[];
  /** Memory of earlier runs, as in the status ConfigMap. */
  readonly memory?: string;
}

/** Form of a snapshot in JSON. */
interface StoredSnapshot extends OperatorRequests {
  readonly version: typeof VERSION;
  readonly clusterName: string;
  readonly takenAt: string;
  readonly brokers: readonly { readonly id: number; readonly zone?: string }[];
  /** Replica lists by topic, in the order of the partitions. */
  readonly topics: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods?: Readonly<Record<string, readonly number[]>>;
  readonly cordoned: readonly number[];
  readonly lists: readonly ListContent[];
  readonly memory?: string;
}

const VERSION = 1;
/** Container runtimes split longer lines. */
const LINE = 8_000;
const PREFIX = 'snapshot ';
const END = 'snapshot end';
const MAX_BYTES = 2 ** 30;

/** Formats a snapshot as lines of a log. */
export function snapshotLines(snapshot: Snapshot): string[] {
  const text = gzipSync(snapshotJson(snapshot)).toString('base64');
  const lines = Array.from({ length: Math.ceil(text.length / LINE) }, (_, index) =>
    text.slice(index * LINE, (index + 1) * LINE),
  );
  return [...lines.map((line) => `${PREFIX}${line}`), END];
}

/** True for a line of a log that is part of a snapshot. */
export function isSnapshotLine(line: string): boolean {
  return line.startsWith(PREFIX);
}

/**
 * Reads the last snapshot of a log; undefined if the log has no complete one.
 *
 * @throws Error if the snapshot is one of another version
 */
export function snapshotInLog(log: string): Snapshot | undefined {
  const lines = log.split(/\r?\n/).filter(isSnapshotLine);
  if (lines.pop() !== END) {
    return undefined;
  }
  const text = lines
    .slice(lines.lastIndexOf(END) + 1)
    .map((line) => line.slice(PREFIX.length))
    .join('');
  const json = unzipped(text);
  return json === undefined ? undefined : parseSnapshot(json);
}

/** The checksum of gzip tells that lines are missing. */
function unzipped(text: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
  } catch {
    return undefined;
  }
}

/** Formats a snapshot as JSON. */
export function snapshotJson(snapshot: Snapshot): string {
  const { state, takenAt, ...rest } = snapshot;
  const { view, settings, pods, cordoned } = state;
  const stored: StoredSnapshot = {
    ...rest,
    version: VERSION,
    takenAt: new Date(takenAt).toISOString(),
    brokers: [...view.brokers.values()].map(({ id, rack }) => ({ id, zone: rack })),
    topics: replicaLists(view),
    settings: Object.fromEntries([...settings].map(([topic, values]) => [topic, Object.fromEntries(values)])),
    ...(pods === undefined
      ? {}
      : { pods: Object.fromEntries([...pods].map(([map, ids]) => [map, [...ids]])) }),
    cordoned: [...cordoned],
  };
  return JSON.stringify(stored);
}

/**
 * Parses the JSON of a snapshot.
 *
 * @throws Error if it is no snapshot, or one of another version
 */
export function parseSnapshot(json: string): Snapshot {
  const stored = JSON.parse(json) as StoredSnapshot;
  if (stored?.version !== VERSION) {
    throw new Error(
      `version of the snapshot is ${stored?.version}, this version of cdk8s-kafka reads ${VERSION}`,
    );
  }
  const { clusterName, takenAt, lists, memory, isDecreaseAccepted, areSettingsHeld } = stored;
  const settings = Object.entries(stored.settings).map(
    ([topic, values]) => [topic, new Map(Object.entries(values))] as const,
  );
  const pods = Object.entries(stored.pods ?? {}).map(([map, ids]) => [map, new Set(ids)] as const);
  return {
    clusterName,
    takenAt: Date.parse(takenAt),
    state: {
      view: viewOf(stored),
      settings: new Map(settings),
      pods: stored.pods === undefined ? undefined : new Map(pods),
      cordoned: new Set(stored.cordoned),
    },
    lists,
    memory,
    isDecreaseAccepted,
    areSettingsHeld,
  };
}

function replicaLists({ partitions, topics }: ClusterView): StoredSnapshot['topics'] {
  const lists: Record<string, (readonly number[])[]> = Object.create(null) as Record<string, number[][]>;
  topics.forEach((topic) => (lists[topic] = []));
  partitions.forEach(({ topic, index, replicas }) => (lists[topic][index] = replicas));
  return lists;
}

/** A plan reads neither leaders nor addresses. */
function viewOf({ brokers, topics }: StoredSnapshot): ClusterView {
  const partitions = Object.entries(topics).flatMap(([topic, lists]) =>
    lists.map((replicas, index): PartitionView => ({ topic, index, replicas, isr: replicas, leader: -1 })),
  );
  const known = brokers.map(({ id, zone }): [number, BrokerView] => [
    id,
    { id, rack: zone, host: '', port: 0 },
  ]);
  return { brokers: new Map(known), controllerId: -1, topics: new Set(Object.keys(topics)), partitions };
}
