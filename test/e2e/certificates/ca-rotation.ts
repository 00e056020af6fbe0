/*
 * Replacement of the CA of brokers and clients, without a restart.
 */
import { untilReplaced } from '../checks/broker-pod';
import { untilHealthy } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { podOf } from '../kubernetes/pods';
import { assertNone } from '../waiting';
import { World, brokersOf } from '../world';
import { refreshingSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { sendRequest, caNumbersOf, untilDone } from './rotation-request';
import { wantedFingerprint } from './secrets';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { WITH_RESTARTS, underLoad } from './under-load';

/** Longest time of a rotation: two overlaps, and the checks between them. */
export const ROTATION_SECONDS = 900;

/**
 * Replaces the CA of brokers and clients, and checks that no pod restarted and that the old CA is removed.
 *
 * @param isExpected returns true for a replaced or restarted pod that the check allows
 */
export async function rotate(
  world: World,
  isExpected: (change: string) => boolean = () => false,
): Promise<string> {
  const { expectations } = world;
  const before = await podStatesOf(expectations);
  const old = await caNumbersOf(expectations, 'cluster');
  const phases = await refreshingSecrets(expectations, async () => {
    const request = await sendRequest(expectations, 'cluster', 'rotate');
    return untilDone(expectations, 'cluster', 'rotate', request, ROTATION_SECONDS);
  });
  await untilServed(expectations, await wantedFingerprint(expectations), 60);
  const now = await caNumbersOf(expectations, 'cluster');
  assertNone([
    ...changesSince(before, await podStatesOf(expectations)).filter((change) => !isExpected(change)),
    ...unreplaced(old, now),
  ]);
  return `CA ${now[0]} in place of ${old.join(', ')}: ${phases}`;
}

/** Problems with the CAs after a rotation. */
export function unreplaced(old: readonly number[], now: readonly number[]): string[] {
  return now.length === 1 && !old.includes(now[0])
    ? []
    : [`CAs were ${old.join(', ')} and are ${now.join(', ')}`];
}

/** Replaces the CA twice. A controller failover and the restart of a broker follow each replacement. */
export function rotatedTwice(activeController: (world: World) => Promise<string>) {
  return async (world: World): Promise<string> => {
    await untilHealthy(world);
    await untilStable(world.expectations);
    const results: string[] = [];
    for (const time of ['first', 'second']) {
      results.push(await underLoad(world, `${time}-ca`, () => rotate(world)));
      results.push(
        await underLoad(
          world,
          `after-${time}-ca`,
          async () => {
            const controller = await activeController(world);
            await restart(world, controller);
            const successor = await activeController(world);
            if (successor === controller) {
              throw new Error(`${controller} was restarted and is still the active controller: no failover`);
            }
            const broker = brokersOf(world.expectations)
              .map(({ pod }) => pod)
              .find((pod) => pod !== controller && pod !== successor)!;
            await restart(world, broker);
            return `controller ${controller} and broker ${broker} restarted, ${successor} took over`;
          },
          WITH_RESTARTS,
        ),
      );
    }
    return results.join('; ');
  };
}

/** Deletes a pod and waits for its successor. */
export async function restart(world: World, pod: string): Promise<void> {
  const { namespace } = world.expectations;
  const uid = (await podOf(namespace, pod))?.metadata.uid;
  await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`], { seconds: 660 });
  await untilReplaced(namespace, pod, uid);
  await untilHealthy(world);
}
