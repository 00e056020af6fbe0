import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Polls a condition for a time.
 *
 * @returns the seconds until the condition was false; undefined if it was always true
 */
export async function secondsUntilFalse(
  seconds: number,
  isTrue: () => boolean | Promise<boolean>,
): Promise<number | undefined> {
  const begin = Date.now();
  while (Date.now() - begin < seconds * 1000) {
    if (!(await isTrue())) {
      return (Date.now() - begin) / 1000;
    }
    await sleep(POLL_MS);
  }
  return undefined;
}
