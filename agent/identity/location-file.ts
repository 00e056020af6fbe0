/*
 * `init` finds the location of a server, and the running agent records it again if the ledger is lost. The file passes it on: both
 * containers mount the same folder for temporary files.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { ServerLocation } from './server-location';

const path = () => join(tmpdir(), 'server-location.json');

/** Writes the location of the server of this pod. */
export async function writeLocation(location: ServerLocation): Promise<void> {
  await writeFile(path(), JSON.stringify(location));
}

/** Reads the location of the server of this pod; undefined if `init` has not written it. */
export async function readLocation(): Promise<ServerLocation | undefined> {
  try {
    return JSON.parse(await readFile(path(), 'utf8')) as ServerLocation;
  } catch (error) {
    log.warn('the ledger does not get the location of this server', { reason: reasonOf(error) });
    return undefined;
  }
}
