import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 200;

/**
 * True if something stays so for a time. That nothing happens can only be seen by looking for a while.
 *
 * @returns after how many seconds it was not so any more; undefined when it stayed so
 */
export async function staysTrue(seconds: number, isSo: () => boolean): Promise<number | undefined> {
  const begin = Date.now();
  while (Date.now() - begin < seconds * 1000) {
    if (!isSo()) {
      return (Date.now() - begin) / 1000;
    }
    await sleep(LOOK_MS);
  }
  return undefined;
}
