/*
 * All pods end; only the disks remain.
 */
import { kubectl } from '../kubernetes/kubectl';
import { brokersOf } from '../world';
import { Scenario } from './scenario';

/** All pods end at the same time. */
export const coldStart: Scenario = {
  name: 'cold start',
  about:
    'All pods of brokers and of controllers or ZooKeeper are deleted at the same time, with a grace period of one second. ' +
    'No controlled shutdown is possible, and no server is running at the start.',
  errors: 'all',
  mayFallBelowMinIsr: true,
  maxUnavailable: 3,
  act: async ({ world, recorder }) => {
    const { expectations } = world;
    const pods = [...brokersOf(expectations).map(({ pod }) => pod), ...expectations.metadataPods];
    const uids = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid]));
    const begin = Date.now();
    recorder.mark('delete all pods');
    const args = [`--namespace=${expectations.namespace}`, '--grace-period=1', '--wait=false'];
    await kubectl(['delete', 'pods', ...pods, ...args]);
    await recorder.until('all pods new and ready', 900, () =>
      pods.every((pod) => recorder.latest(pod)?.uid !== uids.get(pod) && recorder.stateOf(pod) === 'ready'),
    );
    const seconds = Math.round((Date.now() - begin) / 1000);
    return [
      {
        expected: 'all pods become ready without manual steps',
        seen: `ready after ${seconds} s`,
        isMet: true,
      },
    ];
  },
};
