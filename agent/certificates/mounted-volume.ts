/*
 * The kubelet replaces all files of a volume at once: each is a link through `..data`, and it is that link which changes.
 * Files that are read by their own names may be of two versions, a key beside the certificate of another one.
 */
import { realpath } from 'node:fs/promises';

/** More changes than this within a few milliseconds are somebody else's business. */
const MAX_ATTEMPTS = 5;

/**
 * Reads files of a mounted folder that belong together.
 *
 * @param read gets the folder in which they are, and is called again when another version has come meanwhile
 */
export async function readConsistently<T>(folder: string, read: (version: string) => Promise<T>): Promise<T> {
  for (let look = 1; ; look++) {
    const version = await versionOf(folder);
    const isOver = async () => look === MAX_ATTEMPTS || (await versionOf(folder)) === version;
    try {
      const files = await read(version);
      if (await isOver()) {
        return files;
      }
    } catch (error) {
      // The kubelet deletes the old version at once.
      if (await isOver()) {
        throw error;
      }
    }
  }
}

/** A folder that is no volume has no versions. */
function versionOf(folder: string): Promise<string> {
  return realpath(`${folder}/..data`).catch(() => folder);
}
