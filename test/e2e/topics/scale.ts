import { Step } from '../steps';
import { World } from '../world';
import { untilAsDeclared } from './as-declared';
import { applyList, countsOf, runOnce } from './runs';

/** Time and memory of a run that creates a thousand topics, and of one that changes nothing. */
export const thousandTopics: Step<World> = {
  name: 'a thousand topics with twelve partitions',
  isLong: true,
  run: async (world) => {
    await applyList(world, 'thousand');
    const creating = countsOf(await runOnce(world, 'thousand'));
    const again = countsOf(await runOnce(world, 'thousand-again'));
    if (creating.created !== 1_000 || again.created !== 0) {
      throw new Error(`created ${String(creating.created)}, then ${String(again.created)}`);
    }
    await untilAsDeclared(world, 'thousand', 300);
    const cost = ({ seconds, memoryMebibytes }: typeof creating) =>
      `${String(seconds)} s, ${String(memoryMebibytes)} MiB`;
    return `created in ${cost(creating)}; a run without changes ${cost(again)}`;
  },
};
