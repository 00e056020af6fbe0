import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../errors';
import { log } from '../log';
import { FolderKeeper } from './folder-keeper';

const INTERVAL_MS = 5_000;

/** Keeps the certificates of a pod up to date, one set after another, until it is told to stop. */
export async function keepCertificates(keepers: readonly FolderKeeper[], signal: AbortSignal): Promise<void> {
  const said = new Map<FolderKeeper, string>();
  while (!signal.aborted && keepers.length > 0) {
    for (const keeper of keepers) {
      await keeper.look().catch((error: unknown) => {
        const reason = reasonOf(error);
        if (said.get(keeper) !== reason) {
          log.error('certificates could not be looked at', { folder: keeper.name, reason });
          said.set(keeper, reason);
        }
      });
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
