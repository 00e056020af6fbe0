/*
 * A local volume that is not mounted on the node is an empty folder of another file system, usually of the root disk of the node. Kafka would
 * replicate all its data into it.
 */
import { readFile, statfs } from 'node:fs/promises';
import { OperatorError, reasonOf } from '../runtime/errors';
import { formatBytes } from '../text/bytes';
import { DISK_HINT } from './disk-id';

/** The mount of a disk, as the pod sees it. */
export interface DiskMount {
  readonly mountPath: string;
  /** Size of the file system, in bytes. */
  readonly bytes: number;
  /** Path of the mounted folder within its file system; `/` for a whole file system. */
  readonly root: string;
}

/** Sizes of file systems are smaller than those of their disks, by the space for inodes and journals. */
const SIZE_TOLERANCE = 0.8;

/**
 * Returns the reason why a mount cannot be the local volume of a claim.
 *
 * @param claimBytes size that the claim requests, in bytes
 * @returns undefined if it can be
 */
export function unmountedReason(
  { bytes, root }: Omit<DiskMount, 'mountPath'>,
  claimBytes: number,
): string | undefined {
  if (root !== '/') {
    return `it is the folder ${root} of a file system of ${formatBytes(bytes)}, not a file system of its own`;
  }
  return bytes < claimBytes * SIZE_TOLERANCE
    ? `its file system has ${formatBytes(bytes)}, less than the claim requests`
    : undefined;
}

/**
 * Returns the root of the last mount at a path, from the contents of /proc/self/mountinfo.
 *
 * @returns undefined if nothing is mounted there
 * @see https://www.kernel.org/doc/html/latest/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts
 */
export function mountRoot(mountInfo: string, mountPath: string): string | undefined {
  return mountInfo
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , , , path]) => path !== undefined && unescaped(path) === mountPath)
    .map(([, , , root]) => unescaped(root))
    .at(-1);
}

/** The kernel writes blanks and backslashes as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}

/** Reads the mount of a disk. */
export async function readMount(mountPath: string): Promise<DiskMount> {
  try {
    const [{ blocks, bsize }, mountInfo] = await Promise.all([
      statfs(mountPath),
      readFile('/proc/self/mountinfo', 'utf8'),
    ]);
    return { mountPath, bytes: blocks * bsize, root: mountRoot(mountInfo, mountPath) ?? '/' };
  } catch (error) {
    throw new OperatorError(`${mountPath} is not usable: ${reasonOf(error)}`, DISK_HINT);
  }
}
