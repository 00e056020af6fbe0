import { readFile } from 'node:fs/promises';
import { writeToClient } from '../kafka/client-pod';
import { synthesize } from '../setup/manifest';
import { Step } from '../steps';
import { eventually } from '../waiting';
import { World } from '../world';
import { untilAsDeclared } from './as-declared';
import { topicsCommand } from './command';
import { countsOf, runOnce } from './runs';

const TOPIC = 'main.extra.clicks';
const PLAN = '/tmp/reassignments.json';

/** Somebody moves a partition to another map. The plan of the topic synchronization moves it back. */
export const strayReplicas: Step<World> = {
  name: 'replicas on another map are reported, and the planned reassignment moves them back',
  run: async (world) => {
    const [, other] = world.expectations.maps;
    const partitions = [{ topic: TOPIC, partition: 0, replicas: other.brokerIds }];
    await reassign(world, JSON.stringify({ version: 1, partitions }));
    await eventually(`${TOPIC}-0 on ${other.brokerIds.join(', ')}`, 120, async () => {
      const found = (await world.tools.partitions()).find(
        ({ topic, index }) => topic === TOPIC && index === 0,
      );
      const replicas = [...(found?.replicas ?? [])].sort().join(', ');
      return replicas === other.brokerIds.join(', ') ? { done: undefined } : { state: replicas };
    });
    const { drift, moves } = countsOf(await runOnce(world, 'stray'));
    const { program } = world.expectations;
    const { file } = await synthesize(`${program} changed`);
    const path = `${file}.reassignments.json`;
    const plan = await topicsCommand(world, 'plan', '--manifests', file, '--reassignments', path);
    if (drift !== 1 || moves !== 1 || plan.code !== 2 || !plan.output.includes('1 partition to reassign')) {
      throw new Error(`drift ${String(drift)}, moves ${String(moves)}, plan ${plan.code}: ${plan.output}`);
    }
    await reassign(world, await readFile(path, 'utf8'));
    await untilAsDeclared(world, 'changed');
    return plan.output.trim().split('\n').join(' | ');
  },
};

async function reassign({ expectations, tools }: World, plan: string): Promise<void> {
  await writeToClient(expectations, PLAN, plan);
  await tools.reassign(PLAN);
}
