import { setTimeout as sleep } from 'node:timers/promises';
import { KubectlError } from './kubernetes/kubectl';

/** Result of one attempt: the result of the wait, or the current state. */
export type Attempt<T> = { readonly done: T } | { readonly state: string };

/**
 * Polls until a condition is met. A failed kubectl call counts as a state. Any other error ends the wait.
 *
 * @throws after a timeout, with the last state
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  attempt: () => Promise<Attempt<T>>,
  pauseSeconds = 1,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const result = await attempt().catch((error: unknown): Attempt<T> => {
      if (error instanceof KubectlError) {
        return { state: error.message };
      }
      throw error;
    });
    if ('done' in result) {
      return result.done;
    }
    if (Date.now() >= end) {
      throw new Error(`waited ${seconds} s for: ${what}; last state: ${result.state}`);
    }
    await sleep(pauseSeconds * 1000);
  }
}

/** @throws if there are problems, with the first eight of them */
export function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) {
    const more = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
    throw new Error(`${problems.slice(0, 8).join('; ')}${more}`);
  }
}
