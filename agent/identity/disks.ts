import { OperatorError } from '../runtime/errors';
import { Disk } from './disk-id';

/** Contents of a log directory. */
export interface LogDirContents {
  readonly logDir: string;
  /** Contents of meta.properties; absent if the file is. */
  readonly metaProperties?: string;
  /** Names of the entries of the log directory. */
  readonly entries: readonly string[];
  /** Contents of the file with the id of the disk; absent if the file is. */
  readonly diskId?: string;
}

/** Server and cluster that the disks must belong to. */
export interface ExpectedOwner {
  readonly id: number;
  /** Absent in ZooKeeper mode, in which Kafka checks it. */
  readonly clusterId?: string;
}

/**
 * Checks that disks belong to a server, or are empty.
 *
 * @throws OperatorError if a disk belongs to another server or cluster, or its owner is not known
 */
export function ownedDisks(owner: ExpectedOwner, disks: readonly LogDirContents[]): Disk[] {
  return disks.map((disk) => ({ logDir: disk.logDir, isEmpty: isEmpty(owner, disk), id: disk.diskId }));
}

/**
 * True if `kafka-storage format` has prepared all log directories. It writes meta.properties last, and the owner of the disks is
 * checked before.
 */
export function isFormatted(disks: readonly LogDirContents[]): boolean {
  return disks.every(({ metaProperties }) => {
    const properties = parseProperties(metaProperties ?? '');
    return properties['cluster.id'] !== undefined && properties['node.id'] !== undefined;
  });
}

/** True if a log directory has partitions. */
export function hasPartitions({ entries }: LogDirContents): boolean {
  return entries.some((entry) => PARTITION.test(entry) && !entry.startsWith('__cluster_metadata-'));
}

/** A folder of a partition, also while Kafka deletes or moves it, or after Kafka has set it aside. */
const PARTITION = /-\d+(\.[^.]*-(delete|future|stray))?$/;

const RESTORE_HINT =
  'restore the file from another disk of this server, or move the data away to start with an empty disk';

function isEmpty(owner: ExpectedOwner, { logDir, metaProperties, entries }: LogDirContents): boolean {
  if (metaProperties === undefined) {
    const partition = entries.find((entry) => PARTITION.test(entry));
    if (partition !== undefined) {
      throw new OperatorError(
        `${logDir} has data (${partition}) but no meta.properties, so its owner is not known`,
        RESTORE_HINT,
      );
    }
    return true;
  }
  const properties = parseProperties(metaProperties);
  const id = properties['node.id'] ?? properties['broker.id'];
  if (id === undefined) {
    throw new OperatorError(
      `${logDir}/meta.properties has no node.id or broker.id, so its owner is not known`,
      RESTORE_HINT,
    );
  }
  if (id !== String(owner.id)) {
    throw new OperatorError(
      `${logDir} belongs to server ${id}, this is server ${owner.id}`,
      'bind the volume of this server, or wipe the disk if its data is not needed any more',
    );
  }
  const clusterId = properties['cluster.id'];
  if (owner.clusterId !== undefined && clusterId !== undefined && clusterId !== owner.clusterId) {
    throw new OperatorError(
      `${logDir} belongs to cluster ${clusterId}, this is cluster ${owner.clusterId}`,
      `set clusterId to '${clusterId}' if the disk belongs to this cluster, or wipe the disk if its data is not needed any more`,
    );
  }
  return false;
}

function parseProperties(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const separator = line.indexOf('=');
      // java.util.Properties escapes '=' and ':' in values.
      return [
        line.slice(0, separator).trim(),
        line
          .slice(separator + 1)
          .trim()
          .replaceAll('\\', ''),
      ];
    }),
  );
}
