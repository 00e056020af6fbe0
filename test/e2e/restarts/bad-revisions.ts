/*
 * Bad changes. The rollout stops at its first broker, and applying the old YAML repairs it.
 */
import { Pod, statusesOf } from '../kubernetes/objects';
import { kubectl } from '../kubernetes/kubectl';
import { podOf, stateOf } from '../kubernetes/pods';
import { eventually } from '../waiting';
import { ExpectedMap, brokersOf } from '../world';
import { Finding } from './result';
import { applyRevision, rolloutOrder, applyOriginal, untilRolledOut } from './rollout';
import { Scenario, ScenarioContext } from './scenario';
import { secondsUntilFalse } from './seconds-until-false';

/** An image that does not exist. */
export const badImage: Scenario = {
  name: 'bad image',
  about: 'YAML with an image that does not exist is applied, and then the old YAML. No pod is deleted.',
  errors: 'none',
  act: (context) => badRollout(context, 'bad-image', context.world.expectations.maps, hasNoImage),
};

/** A setting with which Kafka does not start. */
export const badSetting: Scenario = {
  name: 'bad config',
  about:
    'YAML with a setting that Kafka rejects is applied for one map, and then the old YAML. No pod is deleted.',
  errors: 'none',
  act: (context) =>
    badRollout(context, 'bad-setting', context.world.expectations.maps.slice(0, 1), keepsFailing),
};

/** Time in which the rollout must not continue. */
const QUIET_SECONDS = 30;
/** With parallel pod management, Kubernetes immediately replaces a pod with a wrong revision, even if it is not ready. */
const REPAIR_SECONDS = 180;

async function badRollout(
  { world, recorder }: ScenarioContext,
  revision: string,
  maps: readonly ExpectedMap[],
  isBroken: (pod: Pod) => boolean,
): Promise<Finding[]> {
  const { expectations } = world;
  const { namespace } = expectations;
  const brokers = brokersOf(expectations).map(({ pod }) => pod);
  const firsts = maps.map((map) => rolloutOrder(map)[0]);
  const before = new Map(brokers.map((pod) => [pod, recorder.latest(pod)?.uid]));
  const isUntouched = (pod: string) =>
    recorder.latest(pod)?.uid === before.get(pod) && recorder.stateOf(pod) === 'ready';
  const others = brokers.filter((pod) => !firsts.includes(pod));
  recorder.mark(revision);
  let seen: string[];
  let endedAfter: number | undefined;
  let broken: ReadonlyMap<string, string | undefined>;
  try {
    await applyRevision(world, revision);
    seen = await Promise.all(
      firsts.map((name) =>
        eventually<string>(`${name} broken`, 600, async () => {
          const pod = await podOf(namespace, name);
          return pod && pod.metadata.uid !== before.get(name) && isBroken(pod)
            ? { done: stateOf(name, pod) }
            : { state: stateOf(name, pod) };
        }),
      ),
    );
    endedAfter = await secondsUntilFalse(QUIET_SECONDS, () => others.every(isUntouched));
    broken = new Map(firsts.map((pod) => [pod, recorder.latest(pod)?.uid]));
  } finally {
    recorder.mark('old YAML');
    await applyOriginal(world);
  }
  const isReplaced = (pod: string) => recorder.latest(pod)?.uid !== broken.get(pod);
  await recorder
    .until('broken pods replaced by Kubernetes', REPAIR_SECONDS, () => firsts.every(isReplaced))
    .catch(async (error: unknown) => {
      // The next scenario needs a healthy cluster.
      const stuck = firsts.filter((pod) => !isReplaced(pod));
      await kubectl(['delete', 'pods', ...stuck, `--namespace=${namespace}`, '--wait=false']);
      throw error;
    });
  await untilRolledOut(expectations, ...expectations.maps.map(({ statefulSet }) => statefulSet));
  const replaced = others.filter((pod) => recorder.latest(pod)?.uid !== before.get(pod));
  return [
    {
      expected: `the rollout stops at ${firsts.join(' and ')}`,
      seen:
        seen.join(', ') +
        (endedAfter === undefined ? '' : `; others were restarted or not ready ${endedAfter} s later`),
      isMet: endedAfter === undefined,
    },
    {
      expected: 'the old YAML repairs it, and no other broker is restarted',
      seen:
        replaced.length === 0 ? `${firsts.join(' and ')} replaced` : `${replaced.join(', ')} restarted too`,
      isMet: replaced.length === 0,
    },
  ];
}

function hasNoImage(pod: Pod): boolean {
  return statusesOf(pod).some(({ state }) =>
    /^(ErrImagePull|ImagePullBackOff)$/.test(state.waiting?.reason ?? ''),
  );
}

function keepsFailing(pod: Pod): boolean {
  return statusesOf(pod).some(
    ({ state, restartCount }) => state.waiting?.reason === 'CrashLoopBackOff' && restartCount > 0,
  );
}
