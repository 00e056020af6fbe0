/*
 * Conditions that all kinds of servers wait for before they start.
 */
import { ApiServerUnavailable, NotApplied } from '../kubernetes/client';
import { waitUntil } from '../runtime/wait';

/** Pause between two attempts. */
export const INIT_RETRY_MS = 3_000;

/**
 * Retries a request while the API server is unavailable, or objects of the YAML are missing: with GitOps a Role can be applied
 * after the pods. Other errors are final.
 */
export async function retryWhileUnavailable<T>(
  request: () => Promise<T>,
  signal: AbortSignal,
  pauseMs = INIT_RETRY_MS,
): Promise<T> {
  return waitUntil<T>(
    async () => {
      try {
        return { done: await request() };
      } catch (error) {
        if (error instanceof ApiServerUnavailable) {
          return { waitingFor: error.message };
        }
        if (error instanceof NotApplied) {
          return { waitingFor: `${error.message}; ${error.hint}` };
        }
        throw error;
      }
    },
    pauseMs,
    signal,
  );
}
