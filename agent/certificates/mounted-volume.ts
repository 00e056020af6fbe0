/*
 * The kubelet replaces all files of a volume atomically: each file is a symbolic link through `..data`, and only that link
 * changes. Two files that are read by their own names can belong to different versions, such as a key and the certificate
 * of another key.
 */
import { realpath } from 'node:fs/promises';

/** Maximum number of reads if the volume keeps changing. */
const MAX_ATTEMPTS = 5;

/**
 * Reads files of one version of a mounted folder.
 *
 * @param read receives the folder of a version, and is called again if the version changes meanwhile
 */
export async function readConsistently<T>(folder: string, read: (version: string) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const version = await versionOf(folder);
    const isLast = async () => attempt === MAX_ATTEMPTS || (await versionOf(folder)) === version;
    try {
      const files = await read(version);
      if (await isLast()) {
        return files;
      }
    } catch (error) {
      // The kubelet deletes the old version immediately.
      if (await isLast()) {
        throw error;
      }
    }
  }
}

/** A folder that is not a volume has no versions. */
function versionOf(folder: string): Promise<string> {
  return realpath(`${folder}/..data`).catch(() => folder);
}
