import { mkdir, readFile, readdir } from 'node:fs/promises';
import { DiskConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { DISK_HINT, DISK_ID_FILE } from './disk-id';
import { LogDirContents } from './disks';

/** Contents of a folder on a disk. */
export interface FolderContents {
  readonly folder: string;
  /** Names of its entries. */
  readonly entries: readonly string[];
  /** Contents of the file with the id of the owner; absent if the file is. */
  readonly idFile?: string;
  /** Contents of the file with the id of the disk; absent if the file is. */
  readonly diskId?: string;
}

/** Returns the folder of the metadata log in a log directory. */
export function metadataFolder(logDir: string): string {
  return `${logDir}/__cluster_metadata-0`;
}

/** Reads the log directories of a Kafka server. */
export async function readLogDirs(disks: readonly DiskConfig[]): Promise<LogDirContents[]> {
  return Promise.all(
    disks.map(async ({ logDir }) => {
      const { entries, idFile, diskId } = await readFolder(logDir, 'meta.properties');
      return { logDir, entries, metaProperties: idFile, diskId };
    }),
  );
}

/**
 * Reads a folder on a disk. Creates it if it does not exist.
 *
 * @param idFileName name of the file with the id of the owner
 * @throws OperatorError if the disk is not usable
 */
export async function readFolder(folder: string, idFileName: string): Promise<FolderContents> {
  try {
    await mkdir(folder, { recursive: true });
    const entries = await readdir(folder);
    const read = async (name: string) =>
      entries.includes(name) ? await readFile(`${folder}/${name}`, 'utf8') : undefined;
    return { folder, entries, idFile: await read(idFileName), diskId: await read(DISK_ID_FILE) };
  } catch (error) {
    throw new OperatorError(`${folder} is not usable: ${reasonOf(error)}`, DISK_HINT);
  }
}
