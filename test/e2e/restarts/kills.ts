/*
 * Kills during rolling restarts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KubectlError } from '../kubernetes/kubectl';
import { PROGRAMS, kill } from './killing';
import { World, brokersOf } from '../world';
import { observedBetween } from './observer';
import { ROLL_SECONDS, restart, rollingOrder, untilRolled } from './rollout';
import { Scenario, Stage } from './scenario';

/** The observer looks once a second. */
const SEEN_MS = 5_000;

/** A broker is killed while another one of its map is down. */
export const killMidRoll: Scenario = {
  name: 'kill -9 of another broker mid-roll',
  about:
    'While the first broker of a map is down for its restart, another one of the same map gets `kill -9`.',
  errors: 'impatient',
  mayFallShort: true,
  away: 2,
  act: async ({ world, recorder }) => {
    const [map] = world.outcome.maps;
    const { statefulSet } = map;
    const [first, second, last] = rollingOrder(map);
    recorder.mark(`restart of ${statefulSet}`);
    await restart(world.outcome, statefulSet);
    await recorder.until(`${first} down`, 300, () => recorder.stateOf(first) === 'down');
    recorder.mark(`kill -9 of ${last}`);
    const said = await kill(world.outcome, last, PROGRAMS.kafka);
    await recorder.until(`${second} down`, ROLL_SECONDS, () => recorder.stateOf(second) === 'down');
    const behind = await behindAt(world, Date.now(), [first, last]);
    await untilRolled(world.outcome, statefulSet);
    return [
      { expected: `${last} dies`, seen: said, isMet: /killed: \d/.test(said) },
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
  { outcome }: World,
  moment: number,
  pods: readonly string[],
): Promise<{ readonly pod: string; readonly count: number }[]> {
  const seen = (await observedBetween(outcome, moment - SEEN_MS, moment)).at(-1);
  return brokersOf(outcome)
    .filter(({ pod }) => pods.includes(pod))
    .map(({ pod, id }) => ({ pod, count: seen?.brokers[id]?.behind ?? NaN }));
}

const KILLS_PER_POD = 3;
const LEAST_KILLS = 4;

/** Agents are killed again and again while their brokers are restarted. */
export const agentsKilledMidRoll: Scenario = {
  name: 'agent killed repeatedly mid-roll',
  about:
    'While a map is restarted, the agents of its brokers get `kill -9`, three times in each pod at most.',
  errors: 'none',
  // A pod is not ready without its agent, whatever its broker does.
  away: 3,
  act: async ({ world, recorder }) => {
    const [map] = world.outcome.maps;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(world.outcome, map.statefulSet);
    let isOver = false;
    const rolled = untilRolled(world.outcome, map.statefulSet).finally(() => (isOver = true));
    const killing = killAgents({ world, recorder }, rollingOrder(map), () => isOver);
    const [killed] = await Promise.all([killing, rolled]);
    return [
      {
        expected: `agents die at least ${LEAST_KILLS} times`,
        seen: `${killed} times`,
        isMet: killed >= LEAST_KILLS,
      },
    ];
  },
};

async function killAgents(
  { world, recorder }: Stage,
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
    // One that waits to be started again has no process.
    const isDead = await kill(world.outcome, pod, PROGRAMS.agent).then(
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
  while (!isOver()) {
    for (const pod of pods) {
      if (!isOver()) {
        await killOf(pod);
      }
    }
    // A pause between rounds; what ends them is the roll.
    await sleep(2000);
  }
  return [...kills.values()].reduce((sum, count) => sum + count, 0);
}
