/*
 * New authorities: of brokers and clients without a restart, of controllers or ZooKeeper with restarts one after another.
 */
import { untilReplaced } from '../checks/broker-pod';
import { allIsWell } from '../checks/sync';
import { kubectl } from '../kubernetes/kubectl';
import { podOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { World, brokersOf } from '../world';
import { poking } from './poker';
import { untilServed } from './probing';
import { Wish, ask, authoritiesOf, untilDone } from './rotation';
import { wantedFingerprint } from './secrets';
import { changesSince, standingOf } from './standing';
import { WITH_RESTARTS, underLoad } from './under-load';

/** Longest time of a rotation: two overlaps, and all that is proven between them. */
export const ROTATION_SECONDS = 900;

/** Replaces the authority of brokers and clients, and checks that nobody noticed and that the old one is gone. */
export async function rotate(world: World): Promise<string> {
  const { outcome } = world;
  const before = await standingOf(outcome);
  const old = await authoritiesOf(outcome, 'cluster');
  const said = await poking(outcome, async () => {
    const words = await ask(outcome, 'cluster', 'rotate');
    return untilDone(outcome, 'cluster', 'rotate', words, ROTATION_SECONDS);
  });
  await untilServed(outcome, await wantedFingerprint(outcome), 60);
  const now = await authoritiesOf(outcome, 'cluster');
  assertNone([
    ...changesSince(before, await standingOf(outcome)),
    ...(now.length === 1 && !old.includes(now[0])
      ? []
      : [`authorities were ${old.join(', ')} and are ${now.join(', ')}`]),
  ]);
  return `CA ${now[0]} in place of ${old.join(', ')}: ${said}`;
}

/** The authority is replaced twice in a row, each time followed by another controller and a restarted broker. */
export function rotatedTwice(activeController: (world: World) => Promise<string>) {
  return async (world: World): Promise<string> => {
    await allIsWell(world);
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

/** Certificates of controllers or ZooKeeper are replaced by restarts, one after another, and clients do not notice. */
export function metadataReplaced(wish: Wish): (world: World) => Promise<string> {
  return async (world) => {
    const { outcome } = world;
    await allIsWell(world);
    const before = await standingOf(outcome);
    const said = await underLoad(
      world,
      `metadata-${wish}`,
      () =>
        poking(outcome, async () => {
          const words = await ask(outcome, 'metadata', wish);
          return untilDone(outcome, 'metadata', wish, words, 2700);
        }),
      WITH_RESTARTS,
    );
    await allIsWell(world);
    const after = await standingOf(outcome);
    const expected = [...outcome.metadataPods, ...brokersOf(outcome).map(({ pod }) => pod)];
    assertNone([
      ...expected
        .filter((pod) => before.get(pod)?.uid === after.get(pod)?.uid)
        .map((pod) => `${pod} was not restarted, so it has its old certificate`),
      ...changesSince(before, after).filter((change) => !change.endsWith('was replaced')),
    ]);
    return said;
  };
}

/** Deletes a pod and waits for its successor. */
async function restart(world: World, pod: string): Promise<void> {
  const { namespace } = world.outcome;
  const uid = (await podOf(namespace, pod))?.metadata.uid;
  await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`], { seconds: 660 });
  await untilReplaced(namespace, pod, uid);
  await allIsWell(world);
}

/** Pod of the active controller in KRaft mode. */
export async function activeKraftController({ outcome, tools }: World): Promise<string> {
  const { leader } = await tools.quorum();
  return outcome.metadataPods.find((pod) => pod.endsWith(`-${leader}`))!;
}

/** Pod of the broker that is the controller in ZooKeeper mode. */
export async function activeBroker({ outcome }: World): Promise<string> {
  const { namespace, clusterName, metadataPods } = outcome;
  // Its heap comes on top of the server's.
  const command = [
    'env',
    'ZK_CLIENT_HEAP=32',
    'zkCli.sh',
    '-server',
    '127.0.0.1:2181',
    'get',
    `/${clusterName}/controller`,
  ];
  const args = ['exec', metadataPods[0], `--namespace=${namespace}`, '--container=zookeeper', '--'];
  const id = await eventually<number>('ZooKeeper to name the controller', 60, async () => {
    const output = await kubectl([...args, ...command]);
    const found = /"brokerid":\s*(\d+)/.exec(output)?.[1];
    return found === undefined ? { state: output.slice(-200) } : { done: Number(found) };
  });
  const broker = brokersOf(outcome).find((each) => each.id === id);
  if (!broker) {
    throw new Error(`ZooKeeper names broker ${id} as the controller, which does not exist`);
  }
  return broker.pod;
}
