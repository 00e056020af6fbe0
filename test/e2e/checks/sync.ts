import { isReady } from '../kubernetes/objects';
import { podsOf, stateOf } from '../kubernetes/pods';
import { eventually } from '../waiting';
import { World, brokersOf } from '../world';

/** Waits until every replica of every partition is in sync and has a leader. */
export async function definedTopicsInSync({ tools }: World, seconds = 300): Promise<void> {
  await eventually('all replicas in sync', seconds, async () => {
    const partitions = await tools.partitions();
    const behind = partitions.filter(
      ({ leader, replicas, isr }) => leader === undefined || isr.length < replicas.length,
    );
    return partitions.length > 0 && behind.length === 0
      ? { done: undefined }
      : {
          state: behind
            .slice(0, 3)
            .map(({ topic, index, isr }) => `${topic}-${index} has ${isr.join(', ') || 'none'}`)
            .concat(`${behind.length} of ${partitions.length} partitions are not`)
            .join('; '),
        };
  });
}

/** Waits until all brokers are ready and all replicas are in sync: the state before and after a failure. */
export async function untilHealthy(world: World): Promise<void> {
  const { expectations } = world;
  await eventually('all brokers ready', 600, async () => {
    const pods = new Map((await podsOf(expectations.namespace)).map((pod) => [pod.metadata.name, pod]));
    const expected = [...brokersOf(expectations).map(({ pod }) => pod), ...expectations.metadataPods];
    const unready = expected.filter((name) => {
      const pod = pods.get(name);
      return !pod || !isReady(pod);
    });
    return unready.length === 0
      ? { done: undefined }
      : { state: unready.map((name) => stateOf(name, pods.get(name))).join(', ') };
  });
  await definedTopicsInSync(world);
}
