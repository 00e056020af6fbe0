/*
 * Kills during rolling restarts.
 */
import { KubectlError } from '../kubernetes/kubectl';
import { PROGRAMS, kill } from './killing';
import { Attempt, eventually } from '../waiting';
import { World, brokersOf } from '../world';
import { observedBetween } from './observer';
import { ROLLOUT_SECONDS, restart, rolloutOrder, untilRolledOut } from './rollout';
import { Scenario, ScenarioContext } from './scenario';

/** The observer polls once a second. */
const SEEN_MS = 5_000;

/** A broker is killed while another one of its map is down. */
export const killDuringRollout: Scenario = {
  name: 'kill -9 of another broker during a rollout',
  about:
    'While the first broker of a map is down for its restart, another one of the same map gets `kill -9`.',
  errors: 'impatient',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  act: async ({ world, recorder }) => {
    const [map] = world.expectations.maps;
    const { statefulSet } = map;
    const [first, second, last] = rolloutOrder(map);
    recorder.mark(`restart of ${statefulSet}`);
    await restart(world.expectations, statefulSet);
    await recorder.until(`${first} down`, 300, () => recorder.stateOf(first) === 'down');
    recorder.mark(`kill -9 of ${last}`);
    const killed = await kill(world.expectations, last, PROGRAMS.kafka);
    await recorder.until(`${second} down`, ROLLOUT_SECONDS, () => recorder.stateOf(second) === 'down');
    const behind = await behindAt(world, Date.now(), [first, last]);
    await untilRolledOut(world.expectations, statefulSet);
    return [
      { expected: `${last} dies`, seen: killed, isMet: /killed: \d/.test(killed) },
      {
        expected: `${second} stops when the others are in sync again`,
        seen: behind.map(({ pod, count }) => `${pod} ${count} behind`).join(', '),
        isMet: behind.every(({ count }) => count === 0),
      },
    ];
  },
};

/** Numbers of out-of-sync partitions of brokers at a time. */
async function behindAt(
  { expectations }: World,
  moment: number,
  pods: readonly string[],
): Promise<{ readonly pod: string; readonly count: number }[]> {
  const seen = (await observedBetween(expectations, moment - SEEN_MS, moment)).at(-1);
  return brokersOf(expectations)
    .filter(({ pod }) => pods.includes(pod))
    .map(({ pod, id }) => ({ pod, count: seen?.brokers[id]?.behind ?? NaN }));
}

const KILLS_PER_POD = 3;
const LEAST_KILLS = 4;
const PAUSE_SECONDS = 2;

/** Agents are killed repeatedly during the restart of their brokers. */
export const agentsKilledDuringRollout: Scenario = {
  name: 'agent killed repeatedly during a rollout',
  about:
    'While a map is restarted, the agents of its brokers get `kill -9`, three times in each pod at most.',
  errors: 'none',
  // A pod without its agent is not ready, even if its broker is.
  maxUnavailable: 3,
  act: async ({ world, recorder }) => {
    const [map] = world.expectations.maps;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(world.expectations, map.statefulSet);
    let isOver = false;
    const rolled = untilRolledOut(world.expectations, map.statefulSet).finally(() => (isOver = true));
    const killing = killAgents({ world, recorder }, rolloutOrder(map), () => isOver);
    const [killed] = await Promise.all([killing, rolled]);
    return [
      {
        expected: `agents are killed at least ${LEAST_KILLS} times`,
        seen: `${killed} times`,
        isMet: killed >= LEAST_KILLS,
      },
    ];
  },
};

async function killAgents(
  { world, recorder }: ScenarioContext,
  pods: readonly string[],
  isOver: () => boolean,
): Promise<number> {
  const kills = new Map<string, number>();
  const killOf = async (pod: string): Promise<void> => {
    const sample = recorder.latest(pod);
    const before = kills.get(sample?.uid ?? '') ?? 0;
    if (!sample || recorder.stateOf(pod) === 'down' || before >= KILLS_PER_POD) {
      return;
    }
    // An agent that waits for its restart has no process.
    const isDead = await kill(world.expectations, pod, PROGRAMS.agent).then(
      () => true,
      (error: unknown) => {
        if (error instanceof KubectlError) {
          return false;
        }
        throw error;
      },
    );
    if (isDead) {
      kills.set(sample.uid, before + 1);
      recorder.mark(`agent ${pod}`);
    }
  };
  const round = async (): Promise<Attempt<undefined>> => {
    for (const pod of pods) {
      if (!isOver()) {
        await killOf(pod);
      }
    }
    return isOver() ? { done: undefined } : { state: 'the rollout is in progress' };
  };
  await eventually('the end of the rollout', Infinity, round, PAUSE_SECONDS);
  return [...kills.values()].reduce((sum, count) => sum + count, 0);
}
