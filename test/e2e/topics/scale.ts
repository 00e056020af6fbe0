import { Step } from '../steps';
import { World } from '../world';
import { untilAsDeclared } from './as-declared';
import { Variant } from './lists';
import { applyList, countsOf, runOnce } from './runs';

/** A thousand topics beside clients that write and read. */
export const thousandTopics = manyTopics('a thousand topics with one partition', 'thousand');

/**
 * As many partitions as a map of small brokers can have. While such brokers make 36,000 folders, they answer clients late or not at
 * all, so no clients run beside it.
 */
export const thousandLargeTopics = manyTopics('a thousand topics with twelve partitions', 'large');

/** Time and memory of a run that creates a thousand topics, and of one that changes nothing. */
function manyTopics(name: string, variant: Variant): Step<World> {
  return {
    name,
    isLong: true,
    run: async (world) => {
      await applyList(world, variant);
      const creating = countsOf(await runOnce(world, variant));
      const again = countsOf(await runOnce(world, `${variant}-again`));
      if (creating.created !== 1_000 || again.created !== 0) {
        throw new Error(`created ${String(creating.created)}, then ${String(again.created)}`);
      }
      await untilAsDeclared(world, variant, 300);
      const cost = ({ seconds, memoryMebibytes }: typeof creating) =>
        `${String(seconds)} s, ${String(memoryMebibytes)} MiB`;
      return `created in ${cost(creating)}; a run without changes ${cost(again)}`;
    },
  };
}
