import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './errors';
import { log } from './log';

const INTERVAL_MS = 5_000;

/** Periodically compares an actual state with a desired state and corrects the difference. */
export interface Reconciler {
  /** Subject of the reconciler in log lines. */
  readonly title: string;
  /** Reconciles once. Takes some seconds at most. */
  reconcile(): Promise<void>;
}

/** Runs reconcilers one after another until the signal. A failure is logged again only if its reason changes. */
export async function runReconcileLoop(
  reconcilers: readonly Reconciler[],
  signal: AbortSignal,
  intervalMs = INTERVAL_MS,
): Promise<void> {
  const loggedReasons = new Map<Reconciler, string>();
  while (!signal.aborted && reconcilers.length > 0) {
    for (const reconciler of reconcilers) {
      await reconciler.reconcile().then(
        () => loggedReasons.delete(reconciler),
        (error: unknown) => {
          const reason = reasonOf(error);
          if (loggedReasons.get(reconciler) !== reason) {
            log.error(`cannot reconcile ${reconciler.title}`, { reason });
            loggedReasons.set(reconciler, reason);
          }
        },
      );
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
