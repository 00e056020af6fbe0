/*
 * Parser of snapshots. Files can be edited, and the log of a Job can be from another version of this package.
 */
import { gunzipSync } from 'node:zlib';
import { TopicListConfig } from '../../lib/seam/agent-config';
import { TopicPattern } from '../../lib/seam/topic-patterns';
import { BrokerView, PartitionView } from '../../agent/kafka/cluster-view';
import { partitionName } from '../../agent/kafka/partition-name';
import { reasonOf } from '../../agent/runtime/errors';
import { TargetView } from '../../agent/topics/kafka-topics';
import { ListContent } from '../../agent/topics/lists/declarations';
import {
  Kind,
  boolean,
  fail,
  listOf,
  nullable,
  optional,
  recordOf,
  struct,
  text,
  time,
  wholeNumber,
} from '../kinds';
import {
  LOG_END,
  LOG_PREFIX,
  Snapshot,
  StoredSnapshot,
  VERSION,
  isSnapshotLine,
} from '../../agent/topics/snapshot/snapshot';

/** Snapshot of another version of this package. */
export class SnapshotVersionError extends Error {
  /** True if it is from an older version of this package. */
  readonly isOlder: boolean;

  constructor(version: number) {
    super(`version of the snapshot is ${version}, this version of cdk8s-kafka reads ${VERSION}`);
    this.isOlder = version < VERSION;
  }
}

const MAX_BYTES = 2 ** 30;

const VERSIONED = struct<Pick<StoredSnapshot, 'version'>>({ version: wholeNumber });

/** Regular expressions for topic names. */
export const TOPIC_PATTERNS: Kind<readonly string[]> = listOf((value, path) => {
  const source = text(value, path);
  try {
    return TopicPattern.parse(source).source;
  } catch (error) {
    return fail(source, path, `a topic pattern (${reasonOf(error)})`);
  }
});

/** A topic list in agent.json. */
export const TOPIC_LIST = struct<TopicListConfig>({
  namespace: text,
  configMapName: text,
  topicPatterns: optional(TOPIC_PATTERNS),
  checksum: optional(text),
});

const LIST_CONTENT = struct<ListContent>({
  list: TOPIC_LIST,
  files: listOf(struct<ListContent['files'][number]>({ name: text, text })),
  missing: listOf(text),
});

const STORED = struct<StoredSnapshot>({
  version: wholeNumber,
  clusterName: text,
  namespace: text,
  takenAt: time,
  brokers: listOf(struct<StoredSnapshot['brokers'][number]>({ id: wholeNumber, zone: optional(text) })),
  topics: recordOf(listOf(listOf(wholeNumber, 'a list of broker ids'), 'a list of replica lists')),
  moving: optional(listOf(text)),
  settings: recordOf(recordOf(text)),
  pods: optional(recordOf(listOf(wholeNumber))),
  cordoned: listOf(wholeNumber),
  lists: listOf(LIST_CONTENT),
  memory: optional(text),
  isDecreaseAccepted: boolean,
  areSettingsHeld: boolean,
  sizes: optional(recordOf(listOf(nullable(wholeNumber), 'a list of bytes'))),
});

/**
 * Parses the JSON of a snapshot.
 *
 * @throws SyntaxError if it is not JSON
 * @throws KindError if it is not a snapshot
 * @throws SnapshotVersionError if it is a snapshot of another version
 */
export function parseSnapshot(json: string): Snapshot {
  const value: unknown = JSON.parse(json);
  const { version } = VERSIONED(value, '');
  if (version !== VERSION) {
    throw new SnapshotVersionError(version);
  }
  const stored = STORED(value, '');
  const { clusterName, namespace, takenAt, lists, memory, isDecreaseAccepted, areSettingsHeld } = stored;
  const settings = Object.entries(stored.settings).map(
    ([topic, values]) => [topic, new Map(Object.entries(values))] as const,
  );
  const pods = Object.entries(stored.pods ?? {}).map(([map, ids]) => [map, new Set(ids)] as const);
  return {
    clusterName,
    namespace,
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
    sizes: sizesByName(stored.sizes ?? {}),
  };
}

/**
 * Reads the last snapshot of a log; undefined if the log has no complete one.
 *
 * @throws as `parseSnapshot`
 */
export function snapshotInLog(log: string): Snapshot | undefined {
  const lines = log.split(/\r?\n/).filter(isSnapshotLine);
  if (lines.pop() !== LOG_END) {
    return undefined;
  }
  const encoded = lines
    .slice(lines.lastIndexOf(LOG_END) + 1)
    .map((line) => line.slice(LOG_PREFIX.length))
    .join('');
  const json = unzipped(encoded);
  return json === undefined ? undefined : parseSnapshot(json);
}

/** The checksum of gzip tells that lines are missing. */
function unzipped(encoded: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
  } catch {
    return undefined;
  }
}

function sizesByName(sizes: Required<StoredSnapshot>['sizes']): Map<string, number> {
  const entries = Object.entries(sizes).flatMap(([topic, list]) =>
    list.map((size, index) => [partitionName(topic, index), size] as const),
  );
  return new Map(entries.filter((entry): entry is [string, number] => entry[1] !== null));
}

/** A plan reads neither leaders nor addresses. */
function viewOf({ brokers, topics, moving = [] }: StoredSnapshot): TargetView {
  const partitions = Object.entries(topics).flatMap(([topic, lists]) =>
    lists.map((replicas, index): PartitionView => ({ topic, index, replicas, isr: replicas, leader: -1 })),
  );
  const known = brokers.map(({ id, zone }): [number, BrokerView] => [
    id,
    { id, rack: zone, host: '', port: 0 },
  ]);
  return {
    brokers: new Map(known),
    controllerId: -1,
    topics: new Set(Object.keys(topics)),
    partitions,
    moving: new Set(moving),
  };
}
