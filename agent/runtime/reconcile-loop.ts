import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './errors';
import { log } from './log';

const INTERVAL_MS = 5_000;

/** Somebody who looks from time to time whether something is as it should be, and mends it. */
export interface Reconciler {
  /** What it keeps, for the log. */
  readonly title: string;
  /** Looks once. Does at most what takes some seconds. */
  reconcile(): Promise<void>;
}

/** Lets keepers look, one after another, until it is told to stop. What keeps one from looking is said once. */
export async function runReconcileLoop(
  keepers: readonly Reconciler[],
  signal: AbortSignal,
  intervalMs = INTERVAL_MS,
): Promise<void> {
  const said = new Map<Reconciler, string>();
  while (!signal.aborted && keepers.length > 0) {
    for (const keeper of keepers) {
      await keeper.reconcile().then(
        () => said.delete(keeper),
        (error: unknown) => {
          const reason = reasonOf(error);
          if (said.get(keeper) !== reason) {
            log.error(`${keeper.title} could not be looked at`, { reason });
            said.set(keeper, reason);
          }
        },
      );
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
