import { setTimeout as sleep } from 'node:timers/promises';
import { log } from './log';

/** Interval at which an unchanged reason for waiting is logged again. */
const LOG_INTERVAL_MS = 30_000;

/** Result of one attempt: a value, or the condition that is still missing. */
export type Attempt<T> = { readonly done: T } | { readonly waitingFor: string };

/**
 * Repeats an attempt until it is done. Logs the missing condition when it changes, and every 30 seconds.
 *
 * @throws the error of the attempt, or the reason of `signal` if it aborts
 */
export async function waitUntil<T>(
  attempt: () => Promise<Attempt<T>>,
  pauseMs: number,
  signal: AbortSignal,
): Promise<T> {
  let lastMessage = '';
  let loggedAt = 0;
  for (;;) {
    signal.throwIfAborted();
    const result = await attempt();
    if ('done' in result) {
      return result.done;
    }
    if (result.waitingFor !== lastMessage || Date.now() - loggedAt >= LOG_INTERVAL_MS) {
      log.warn(`waiting: ${result.waitingFor}`);
      lastMessage = result.waitingFor;
      loggedAt = Date.now();
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
