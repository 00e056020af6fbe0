import { mkdir, readFile, readdir } from 'node:fs/promises';
import { DiskConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { LogDirContents } from './disks';

/** Contents of a folder on a disk. */
export interface FolderContents {
  readonly folder: string;
  /** Names of its entries. */
  readonly entries: readonly string[];
  /** Contents of the file with the id of the owner; absent if the file is. */
  readonly idFile?: string;
}

/** Reads the log directories of a Kafka server. */
export async function readLogDirs(disks: readonly DiskConfig[]): Promise<LogDirContents[]> {
  return Promise.all(
    disks.map(async ({ logDir }) => {
      const { entries, idFile } = await readFolder(logDir, 'meta.properties');
      return { logDir, entries, metaProperties: idFile };
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
    const hasIdFile = entries.includes(idFileName);
    return {
      folder,
      entries,
      idFile: hasIdFile ? await readFile(`${folder}/${idFileName}`, 'utf8') : undefined,
    };
  } catch (error) {
    throw new OperatorError(
      `${folder} is not usable: ${reasonOf(error)}`,
      'the volume must be writable for group 1000; check the disk of the node and the StorageClass',
    );
  }
}
