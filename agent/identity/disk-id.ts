/*
 * Ids of disks. `init` writes a new one to a disk on which a server starts without data, and the ledger records it. A disk with
 * another id has data of an earlier time. Kafka's `directory.id` does not tell such disks apart: disks of ZooKeeper mode
 * have none, controllers of a dynamic quorum get the same one again, and before the format there is none to record.
 */
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { OperatorError, reasonOf } from '../runtime/errors';

/** Name of the file with the id, in the data directory of a disk. */
export const DISK_ID_FILE = 'cdk8s-kafka-disk-id';

/** Hint of errors of disks. */
export const DISK_HINT =
  'the volume must be writable for group 1000; check the disk of the node and the StorageClass';

/** A data directory of a server. */
export interface Disk {
  readonly logDir: string;
  readonly isEmpty: boolean;
  /** Contents of the file with the id; absent if there is none. */
  readonly id?: string;
}

/** A disk, and whether it has the data of the last start. */
export interface DiskState {
  readonly logDir: string;
  /** `old` if the server last started on another disk. */
  readonly kind: 'current' | 'empty' | 'old';
  readonly id?: string;
}

/**
 * Compares disks with those of the last start.
 *
 * @param recorded ids in the ledger; undefined before the first start that records them
 */
export function diskStates(disks: readonly Disk[], recorded: readonly string[] | undefined): DiskState[] {
  return disks.map(({ logDir, isEmpty, id: text }) => {
    const id = text?.trim() || undefined;
    const isKnown = recorded === undefined || (id !== undefined && recorded.includes(id));
    return { logDir, kind: isEmpty ? 'empty' : isKnown ? 'current' : 'old', id };
  });
}

/** Log directories without the data of the last start. */
export function lostDisks(states: readonly DiskState[]): string[] {
  return states.filter(({ kind }) => kind !== 'current').map(({ logDir }) => logDir);
}

/** The last start of a server, as the ledger has it. */
export interface LastStart {
  readonly disks?: readonly string[];
  readonly node?: string;
}

/** Describes the lost disks of a server for messages: `/data/0 of broker 1003 is empty`. */
export function describeLostDisks(states: readonly DiskState[], owner: string, last: LastStart = {}): string {
  const empty = states.filter(({ kind }) => kind === 'empty').map(({ logDir }) => logDir);
  const old = states.filter(({ kind }) => kind === 'old');
  return [
    ...(empty.length > 0 ? [`${empty.join(', ')} of ${owner} is empty`] : []),
    ...old.map(
      ({ logDir, id }) =>
        `${logDir} of ${owner} has old data: this is ${id === undefined ? 'a disk without an id' : `disk ${id}`}, and ` +
        `the last start was on ${lastDisks(last)}`,
    ),
  ].join(', and ');
}

function lastDisks({ disks = [], node }: LastStart): string {
  return `disk ${disks.join(', ')}${node === undefined ? '' : ` of node ${node}`}`;
}

/** Writes new ids to the disks that have none, or are lost. Returns the ids of all disks. */
export async function assignDiskIds(states: readonly DiskState[]): Promise<string[]> {
  return Promise.all(
    states.map(async ({ logDir, kind, id }) => {
      if (kind === 'current' && id !== undefined) {
        return id;
      }
      const created = randomUUID();
      const path = `${logDir}/${DISK_ID_FILE}`;
      // After a power cut the file must exist: without it the disk would look like an old one.
      try {
        await writeFile(`${path}.new`, `${created}\n`, { flush: true });
        await rename(`${path}.new`, path);
      } catch (error) {
        throw new OperatorError(`${path} cannot be written: ${reasonOf(error)}`, DISK_HINT);
      }
      return created;
    }),
  );
}
