import { setTimeout as sleep } from 'node:timers/promises';
import { log } from './log';

/** How often a wait says again what it waits for. */
const LOG_INTERVAL_MS = 30_000;

/** The answer of one attempt: done, or what it waits for. */
export type Attempt<T> = { readonly done: T } | { readonly waitingFor: string };

/**
 * Repeats an attempt until it is done. Says what it waits for when that changes, and every 30 s.
 *
 * @throws what the attempt throws, and the reason of `signal` when it aborts
 */
export async function waitUntil<T>(
  attempt: () => Promise<Attempt<T>>,
  pauseMs: number,
  signal: AbortSignal,
): Promise<T> {
  let said = '';
  let saidAt = 0;
  for (;;) {
    signal.throwIfAborted();
    const result = await attempt();
    if ('done' in result) {
      return result.done;
    }
    if (result.waitingFor !== said || Date.now() - saidAt >= LOG_INTERVAL_MS) {
      log.warn(`waiting: ${result.waitingFor}`);
      said = result.waitingFor;
      saidAt = Date.now();
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
