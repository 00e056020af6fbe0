/*
 * New authorities of brokers and clients, without a restart.
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

/** Longest time of a rotation: two overlaps, and all that is proven between them. */
export const ROTATION_SECONDS = 900;

/**
 * Replaces the CA of brokers and clients, and checks that no pod restarted and that the old CA is removed.
 *
 * @param isExpected whether a pod that was replaced or restarted is part of the check
 */
export async function rotate(
  world: World,
  isExpected: (change: string) => boolean = () => false,
): Promise<string> {
  const { outcome } = world;
  const before = await podStatesOf(outcome);
  const old = await caNumbersOf(outcome, 'cluster');
  const said = await refreshingSecrets(outcome, async () => {
    const request = await sendRequest(outcome, 'cluster', 'rotate');
    return untilDone(outcome, 'cluster', 'rotate', request, ROTATION_SECONDS);
  });
  await untilServed(outcome, await wantedFingerprint(outcome), 60);
  const now = await caNumbersOf(outcome, 'cluster');
  assertNone([
    ...changesSince(before, await podStatesOf(outcome)).filter((change) => !isExpected(change)),
    ...unreplaced(old, now),
  ]);
  return `CA ${now[0]} in place of ${old.join(', ')}: ${said}`;
}

/** Problems with the CAs after a rotation. */
export function unreplaced(old: readonly number[], now: readonly number[]): string[] {
  return now.length === 1 && !old.includes(now[0])
    ? []
    : [`authorities were ${old.join(', ')} and are ${now.join(', ')}`];
}

/** The authority is replaced twice in a row, each time followed by another controller and a restarted broker. */
export function rotatedTwice(activeController: (world: World) => Promise<string>) {
  return async (world: World): Promise<string> => {
    await untilHealthy(world);
    await untilStable(world.outcome);
    const said: string[] = [];
    for (const time of ['first', 'second']) {
      said.push(await underLoad(world, `${time}-ca`, () => rotate(world)));
      said.push(
        await underLoad(
          world,
          `after-${time}-ca`,
          async () => {
            const controller = await activeController(world);
            await restart(world, controller);
            const successor = await activeController(world);
            if (successor === controller) {
              throw new Error(`${controller} was restarted and is the controller again: no failover`);
            }
            const broker = brokersOf(world.outcome)
              .map(({ pod }) => pod)
              .find((pod) => pod !== controller && pod !== successor)!;
            await restart(world, broker);
            return `controller ${controller} and broker ${broker} restarted, ${successor} took over`;
          },
          WITH_RESTARTS,
        ),
      );
    }
    return said.join('; ');
  };
}

/** Deletes a pod and waits for its successor. */
export async function restart(world: World, pod: string): Promise<void> {
  const { namespace } = world.outcome;
  const uid = (await podOf(namespace, pod))?.metadata.uid;
  await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`], { seconds: 660 });
  await untilReplaced(namespace, pod, uid);
  await untilHealthy(world);
}
