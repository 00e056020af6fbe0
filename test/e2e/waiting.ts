import { setTimeout as sleep } from 'node:timers/promises';
import { KubectlError } from './kubernetes/kubectl';

/** Result of one attempt: the result of the wait, or the current state. */
export type Look<T> = { readonly done: T } | { readonly state: string };

/**
 * Looks again and again until something is so. A call that fails is a state too; any other error ends the wait.
 *
 * @throws when time is up, with what was seen last
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  look: () => Promise<Look<T>>,
  pauseSeconds = 1,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look().catch((error: unknown): Look<T> => {
      if (error instanceof KubectlError) {
        return { state: error.message };
      }
      throw error;
    });
    if ('done' in seen) {
      return seen.done;
    }
    if (Date.now() >= end) {
      throw new Error(`waited ${seconds} s for: ${what}; last seen: ${seen.state}`);
    }
    await sleep(pauseSeconds * 1000);
  }
}

/** @throws when there are problems, with all of them as far as a person wants to read */
export function assertNone(problems: readonly string[]): void {
  if (problems.length > 0) {
    const more = problems.length > 8 ? `; and ${problems.length - 8} more` : '';
    throw new Error(`${problems.slice(0, 8).join('; ')}${more}`);
  }
}
