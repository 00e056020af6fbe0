/*
 * Pods that somebody deletes by hand: no budget and no rollout stands in between.
 */
import { kubectl } from '../kubernetes/kubectl';
import { rollingOrder } from './rolling';
import { Scenario } from './scenario';
import { stopIn } from './words';

const SECONDS = 600;

/** Two brokers of a map are deleted at once. */
export const twoDeletes: Scenario = {
  name: 'two deletes at once',
  about:
    'Two pods of a map are deleted by one `kubectl delete`; the second one serves until the first is back.',
  errors: 'nobody',
  act: async ({ world, recorder }) => {
    const { namespace, maps } = world.outcome;
    const pods = rollingOrder(maps[0]).slice(0, 2);
    const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid ?? '']));
    recorder.mark(`delete ${pods.join(' and ')}`);
    await kubectl(['delete', 'pods', ...pods, `--namespace=${namespace}`, '--wait=false']);
    await recorder.until('one of them down', SECONDS, () =>
      pods.some((pod) => recorder.stateOf(pod) === 'down'),
    );
    const second = pods.find((pod) => recorder.stateOf(pod) !== 'down');
    const state = second && recorder.stateOf(second);
    await recorder.until('both back', SECONDS, () =>
      pods.every((pod) => recorder.latest(pod)?.uid !== uids.get(pod) && recorder.stateOf(pod) === 'ready'),
    );
    const words = second && recorder.wordsOf(uids.get(second) ?? '');
    const { waitedFor } = words ? stopIn(words) : { waitedFor: [] };
    return [
      {
        expected: 'while one is down, the other one is held',
        seen: second
          ? `${second} is ${state}: ${waitedFor.join('; ') || 'it said nothing'}`
          : 'both are down',
        isMet: state === 'stopping' && waitedFor.length > 0,
      },
    ];
  },
};
