import { mkdir, readFile, readdir } from 'node:fs/promises';
import { DiskConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { LogDirContents } from './disks';

/** A folder on a disk, as it was found. */
export interface FolderContents {
  readonly folder: string;
  /** Names of what is in it. */
  readonly entries: readonly string[];
  /** Content of the file that says whom it belongs to; absent when the file is. */
  readonly idFile?: string;
}

/** Looks what is on the disks of a Kafka server. */
export async function readLogDirs(disks: readonly DiskConfig[]): Promise<LogDirContents[]> {
  return Promise.all(
    disks.map(async ({ logDir }) => {
      const { entries, idFile: label } = await readFolder(logDir, 'meta.properties');
      return { logDir, entries, metaProperties: label };
    }),
  );
}

/**
 * Looks what is in a folder on a disk, and makes it if need be.
 *
 * @param labelFile name of the file that says whom the folder belongs to
 * @throws OperatorError when the disk cannot be used
 */
export async function readFolder(folder: string, labelFile: string): Promise<FolderContents> {
  try {
    await mkdir(folder, { recursive: true });
    const entries = await readdir(folder);
    const hasLabel = entries.includes(labelFile);
    return {
      folder,
      entries,
      idFile: hasLabel ? await readFile(`${folder}/${labelFile}`, 'utf8') : undefined,
    };
  } catch (error) {
    throw new OperatorError(
      `${folder} cannot be used: ${reasonOf(error)}`,
      'the volume must be writable for group 1000; check the node’s disk and the StorageClass',
    );
  }
}
