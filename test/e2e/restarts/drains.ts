/*
 * Drains of nodes.
 */
import { kubectl } from '../kubernetes/kubectl';
import { nodeOf } from './nodes';
import { rolloutOrder } from './rollout';
import { Scenario } from './scenario';
import { secondsUntilFalse } from './seconds-until-false';

const DRAIN_SECONDS = 1200;
const DELAY_SECONDS = 20;

/** Two nodes with brokers of one map are drained at the same time. */
export const drainTwoNodes: Scenario = {
  name: 'drain of two nodes at once',
  about:
    'Two nodes with brokers of the same map, and with controllers, are drained at the same time. A broker depends on ' +
    'its local disk, so it returns when its node is uncordoned; then the drain of the other node continues.',
  errors: 'none',
  act: async ({ world, recorder }) => {
    const { namespace, maps } = world.expectations;
    const pods = rolloutOrder(maps[0]).slice(0, 2);
    const nodes = new Map(
      await Promise.all(pods.map(async (pod) => [pod, await nodeOf(namespace, pod)] as const)),
    );
    const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid]));
    const isNew = (pod: string) => recorder.latest(pod)?.uid !== uids.get(pod);
    const uncordon = async (pod: string) => {
      recorder.mark(`uncordon ${nodes.get(pod)}`);
      await kubectl(['uncordon', nodes.get(pod) ?? '']);
    };
    recorder.mark(`drain ${[...nodes.values()].join(' and ')}`);
    const drains = Promise.allSettled([...nodes.values()].map(drain));
    let after: number | undefined;
    let one: string | undefined;
    let other = '';
    try {
      await recorder.until('one of them down', 600, () =>
        pods.some((pod) => recorder.stateOf(pod) === 'down'),
      );
      one = pods.find((pod) => recorder.stateOf(pod) === 'down') ?? '';
      other = pods.find((pod) => pod !== one) ?? '';
      after = await secondsUntilFalse(DELAY_SECONDS, () => recorder.stateOf(other) === 'ready');
      await uncordon(one);
      await recorder.until(`${other} down`, 600, () => recorder.stateOf(other) === 'down');
    } finally {
      // Each drain can wait for the other, so both nodes are uncordoned first.
      for (const pod of pods) {
        await uncordon(pod);
      }
    }
    await recorder.until('both ready', 600, () =>
      pods.every((pod) => isNew(pod) && recorder.stateOf(pod) === 'ready'),
    );
    const problems = (await drains).flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as Error).message] : [],
    );
    return [
      {
        expected: 'one broker is evicted, and the other one serves until the first is ready again',
        seen:
          after === undefined
            ? `${one} was evicted, ${other} served`
            : `${other} was not ready after ${after} s`,
        isMet: after === undefined,
      },
      {
        expected: 'both drains finish',
        seen: problems.join('; ') || 'both finished',
        isMet: problems.length === 0,
      },
    ];
  },
};

async function drain(node: string): Promise<void> {
  const args = ['--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${DRAIN_SECONDS}s`];
  await kubectl(['drain', node, ...args], { seconds: DRAIN_SECONDS + 30 });
}
