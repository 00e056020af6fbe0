import { OperatorError } from '../runtime/errors';

/** A log directory as found on its disk. */
export interface LogDirContents {
  readonly logDir: string;
  /** Content of meta.properties; absent when the file is. */
  readonly metaProperties?: string;
  /** Names of what else is in the log directory. */
  readonly entries: readonly string[];
}

/** Whom the disks must belong to. */
export interface ExpectedOwner {
  readonly id: number;
  /** Absent in ZooKeeper mode, where Kafka itself checks it. */
  readonly clusterId?: string;
}

/**
 * Checks that disks belong to a server, or to nobody yet.
 *
 * @returns the log directories that nobody has used
 * @throws when a disk belongs to another server or cluster, or to nobody knows whom
 */
export function emptyDisks(owner: ExpectedOwner, disks: readonly LogDirContents[]): string[] {
  return disks.filter((disk) => isEmpty(owner, disk)).map(({ logDir }) => logDir);
}

function isEmpty(owner: ExpectedOwner, { logDir, metaProperties, entries }: LogDirContents): boolean {
  if (metaProperties === undefined) {
    const partition = entries.find((entry) => /-\d+(\.[^.]*-(delete|future|stray))?$/.test(entry));
    if (partition !== undefined) {
      throw new OperatorError(
        `${logDir} has no meta.properties, but data (${partition})`,
        'restore the file from the other disks of this server, or move the data away to start empty',
      );
    }
    return true;
  }
  const found = parseProperties(metaProperties);
  const id = found['node.id'] ?? found['broker.id'];
  if (id === undefined) {
    throw new OperatorError(
      `${logDir}/meta.properties names no server`,
      'restore the file from the other disks of this server, or move the data away to start empty',
    );
  }
  if (id !== String(owner.id)) {
    throw new OperatorError(
      `${logDir} belongs to server ${id}, this is server ${owner.id}`,
      'bind the volume of this server, or wipe the disk if the data on it is not needed any more',
    );
  }
  const clusterId = found['cluster.id'];
  if (owner.clusterId !== undefined && clusterId !== undefined && clusterId !== owner.clusterId) {
    throw new OperatorError(
      `${logDir} belongs to cluster ${clusterId}, this is cluster ${owner.clusterId}`,
      `set clusterId to '${clusterId}' to take over that cluster's disks, or wipe the disk if its data is not needed any more`,
    );
  }
  return false;
}

function parseProperties(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      // java.util.Properties escapes '=' and ':' in values.
      return [
        line.slice(0, at).trim(),
        line
          .slice(at + 1)
          .trim()
          .replaceAll('\\', ''),
      ];
    }),
  );
}
