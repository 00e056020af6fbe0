/*
 * New certificates by the same authority, while clients open connections all the time.
 */
import { assertNone, eventually } from '../waiting';
import { World } from '../world';
import { poke } from './poker';
import { untilServed } from './probing';
import { ask } from './rotation';
import { wantedFingerprint } from './secrets';
import { untilStable } from './stable';
import { changesSince, standingOf } from './standing';
import { underLoad } from './under-load';

const INTERVAL_SECONDS = 30;

/** Certificates are renewed every half minute for a while, and nobody notices. */
export function renewedAgainAndAgain(minutes: number): (world: World) => Promise<string> {
  return async (world) => {
    const { outcome } = world;
    await untilStable(outcome);
    const before = await standingOf(outcome);
    const said = await underLoad(world, 'renewals', async () => {
      const times: number[] = [];
      const end = Date.now() + minutes * 60_000;
      while (Date.now() < end) {
        const next = Date.now() + INTERVAL_SECONDS * 1000;
        times.push(await renewOnce(world, true));
        await eventually('the next renewal', INTERVAL_SECONDS + 1, async () => {
          const left = next - Date.now();
          return left <= 0 ? { done: undefined } : { state: `${left} ms left` };
        });
      }
      const sorted = [...times].sort((a, b) => a - b);
      const middle = sorted[Math.floor(sorted.length / 2)];
      return (
        `${times.length} renewals; from the changed Secret until all brokers serve it: ` +
        `median ${middle.toFixed(1)} s, most ${sorted[sorted.length - 1].toFixed(1)} s (the kubelet was told to look)`
      );
    });
    assertNone(changesSince(before, await standingOf(outcome)));
    return said;
  };
}

/** How long it takes when nobody tells the kubelet to look. */
export async function renewedAtKubeletsPace(world: World): Promise<string> {
  await untilStable(world.outcome);
  const before = await standingOf(world.outcome);
  const said = await underLoad(
    world,
    'kubelet',
    async () => `all brokers serve it after ${(await renewOnce(world, false)).toFixed(1)} s`,
  );
  assertNone(changesSince(before, await standingOf(world.outcome)));
  return said;
}

/** @returns seconds from the changed Secret until all brokers serve it */
async function renewOnce({ outcome }: World, isPoked: boolean): Promise<number> {
  const before = await wantedFingerprint(outcome);
  await ask(outcome, 'cluster', 'renew');
  const wanted = await eventually<string>(
    'a new certificate in the Secret',
    60,
    async () => {
      const fingerprint = await wantedFingerprint(outcome);
      return fingerprint === before ? { state: 'it is the old one' } : { done: fingerprint };
    },
    0.2,
  );
  const changed = Date.now();
  if (isPoked) {
    await poke(outcome);
  }
  await untilServed(outcome, wanted, isPoked ? 60 : 240);
  return (Date.now() - changed) / 1000;
}
