/*
 * A cluster of which nothing is left but its disks.
 */
import { kubectl } from '../kubernetes/kubectl';
import { brokersOf } from '../world';
import { Scenario } from './scenario';

/** All pods end at once. */
export const coldStart: Scenario = {
  name: 'cold start',
  about:
    'All pods of brokers and of those who keep the metadata are deleted at once, with one second of grace: nobody can ' +
    'hand over anything, and nobody is there to start with.',
  errors: 'all',
  mayFallShort: true,
  away: 3,
  act: async ({ world, recorder }) => {
    const { outcome } = world;
    const pods = [...brokersOf(outcome).map(({ pod }) => pod), ...outcome.metadataPods];
    const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid]));
    const begin = Date.now();
    recorder.mark('delete all pods');
    const args = [`--namespace=${outcome.namespace}`, '--grace-period=1', '--wait=false'];
    await kubectl(['delete', 'pods', ...pods, ...args]);
    await recorder.until('all pods new and ready', 900, () =>
      pods.every((pod) => recorder.latest(pod)?.uid !== uids.get(pod) && recorder.stateOf(pod) === 'ready'),
    );
    const seconds = Math.round((Date.now() - begin) / 1000);
    return [{ expected: 'all come back by themselves', seen: `ready after ${seconds} s`, isMet: true }];
  },
};
