/*
 * The number of controllers changes while clients run. Needs a chart that takes `controllers=<count>` as an argument.
 */
import { underLoad } from '../certificates/under-load';
import { kubectl } from '../kubernetes/kubectl';
import { Pod, statusesOf } from '../kubernetes/objects';
import { podsOf, untilReady } from '../kubernetes/pods';
import { synthesize } from '../setup/manifest';
import { assertNone, eventually } from '../waiting';
import { World, brokersOf } from '../world';

/** Three controllers become five, and three again, twice: the second time on the disks of the first. No other pod restarts. */
export async function controllerCountChanges(world: World): Promise<string> {
  return underLoad(world, 'controllers', async () => {
    const before = await livesOf(world);
    const times: string[] = [];
    try {
      for (const count of [5, 3, 5, 3]) {
        times.push(await changeTo(world, count));
      }
    } finally {
      await kubectl(['apply', `--filename=${world.manifest.file}`]);
    }
    const after = await livesOf(world);
    assertNone(
      [...before]
        .filter(([pod, life]) => after.get(pod) !== life)
        .map(([pod, life]) => `${pod} was ${life}, and is ${after.get(pod)}`),
    );
    return times.join(', ');
  });
}

async function changeTo(world: World, count: number): Promise<string> {
  const { expectations, tools } = world;
  const { namespace, clusterName } = expectations;
  const begin = Date.now();
  await kubectl([
    'apply',
    `--filename=${(await synthesize(`${expectations.program} controllers=${count}`)).file}`,
  ]);
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const selector = 'app.kubernetes.io/component=controller';
  await eventually(`${count} pods of controllers`, 420, async () => {
    const pods = await podsOf(namespace, selector);
    return pods.length === count ? { done: undefined } : { state: `${pods.length}` };
  });
  await untilReady(
    namespace,
    ids.map((id) => `${clusterName}-controllers-${id}`),
    420,
  );
  const { leader, voters } = await tools.quorum();
  if (voters.join() !== ids.join() || !ids.includes(leader)) {
    throw new Error(`voters are ${voters.join(', ')} with leader ${leader}, expected are ${ids.join(', ')}`);
  }
  return `${count} voters after ${Math.round((Date.now() - begin) / 1000)} s`;
}

/** Pods that must not restart, with their uids and restarts. */
async function livesOf({ expectations }: World): Promise<Map<string, string>> {
  const names = new Set([...brokersOf(expectations).map(({ pod }) => pod), ...expectations.metadataPods]);
  const pods = (await podsOf(expectations.namespace)).filter(({ metadata }) => names.has(metadata.name));
  return new Map(pods.map((pod) => [pod.metadata.name, lifeOf(pod)]));
}

function lifeOf(pod: Pod): string {
  const restarts = statusesOf(pod).map(({ name, restartCount }) => `${name} restarted ${restartCount} times`);
  return [`uid ${pod.metadata.uid}`, ...restarts].join(', ');
}
