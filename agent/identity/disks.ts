import { OperatorError } from '../runtime/errors';

/** Contents of a log directory. */
export interface LogDirContents {
  readonly logDir: string;
  /** Contents of meta.properties; absent if the file is. */
  readonly metaProperties?: string;
  /** Names of the entries of the log directory. */
  readonly entries: readonly string[];
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
 * @returns the empty log directories
 * @throws OperatorError if a disk belongs to another server or cluster, or its owner is not known
 */
export function emptyDisks(owner: ExpectedOwner, disks: readonly LogDirContents[]): string[] {
  return disks.filter((disk) => isEmpty(owner, disk)).map(({ logDir }) => logDir);
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

const RESTORE_HINT =
  'restore the file from another disk of this server, or move the data away to start with an empty disk';

function isEmpty(owner: ExpectedOwner, { logDir, metaProperties, entries }: LogDirContents): boolean {
  if (metaProperties === undefined) {
    const partition = entries.find((entry) => /-\d+(\.[^.]*-(delete|future|stray))?$/.test(entry));
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
