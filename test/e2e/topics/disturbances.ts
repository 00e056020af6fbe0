/*
 * Runs that are killed, run at the same time, or run while servers are down.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilHealthy } from '../checks/sync';
import { getJson, kubectl } from '../kubernetes/kubectl';
import { CronJob } from '../kubernetes/objects';
import { apply } from '../kubernetes/kubectl';
import { podsOf } from '../kubernetes/pods';
import { numbersOf, seedOfRun } from '../seed';
import { Step } from '../steps';
import { eventually } from '../waiting';
import { World } from '../world';
import { declarationProblems, untilAsDeclared } from './as-declared';
import { LISTS } from './lists';
import { applyList, countsOf, runOnce } from './runs';

const KILLS = 20;
const LONGEST_MS = 2_000;
const KILLED_TOPICS = '(main|extra)\\.killed\\..*';

/**
 * Runs are killed at random times, and the next one ends. When all topics exist, they are deleted, so that each killed run has
 * topics to create. E2E_SEED repeats the times of an earlier test.
 */
export function killedRuns(seed = seedOfRun()): Step<World> {
  return {
    name: 'runs are killed twenty times, and the next one completes the work',
    run: async (world) => {
      const random = numbersOf(seed);
      await applyList(world, 'killed');
      const left: number[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        await startAndKill(world, `e2e-killed-${kill}`, Math.floor(random() * LONGEST_MS));
        const problems = await declarationProblems(world, LISTS.killed.topics());
        left.push(missingOf(problems));
        const partial = problems.filter((problem) => !problem.includes(' 0 partitions'));
        if (partial.length > 0) {
          throw new Error(`after kill ${kill}: ${partial.slice(0, 5).join('; ')}`);
        }
        if (problems.length === 0) {
          await deleteKilledTopics(world);
        }
      }
      await runOnce(world, 'after-kills');
      const topics = await untilAsDeclared(world, 'killed');
      return `seed ${seed}, ${topics} topics; left after each kill: ${left.join(', ')}`;
    },
  };
}

function missingOf(problems: readonly string[]): number {
  return problems.filter((problem) => problem.includes(' 0 partitions')).length;
}

async function deleteKilledTopics(world: World): Promise<void> {
  const topics = LISTS.killed.topics().filter(({ name }) => name.includes('.killed.'));
  await eventually('the topics of killed runs deleted', 300, async () => {
    // The tool deletes the topics that one broker knows, and fails if another one has deleted them already.
    const failure = await world.tools.deleteTopic(KILLED_TOPICS).then(
      () => '',
      (error: Error) => `; ${error.message}`,
    );
    const missing = missingOf(await declarationProblems(world, topics));
    return missing === topics.length
      ? { done: undefined }
      : { state: `${topics.length - missing} of ${topics.length} left${failure}` };
  });
}

async function startAndKill(world: World, name: string, ms: number): Promise<void> {
  const { namespace, clusterName } = world.expectations;
  const within = `--namespace=${namespace}`;
  const { spec } = await getJson<CronJob>(['cronjob', `${clusterName}-topics`, within]);
  await apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...spec.jobTemplate.metadata, name, namespace },
    spec: spec.jobTemplate.spec,
  });
  await eventually(`the pod of ${name} started`, 60, async () => {
    const [pod] = await podsOf(namespace, `job-name=${name}`);
    const phase = pod?.status.phase ?? 'no pod';
    return ['Pending', 'no pod'].includes(phase) ? { state: phase } : { done: undefined };
  });
  await sleep(ms);
  await kubectl(['delete', 'pods', `--selector=job-name=${name}`, within, '--grace-period=0', '--force']);
  await kubectl(['delete', 'job', name, within]);
}

/** Two runs create the same topics at the same time. */
export const twoRuns: Step<World> = {
  name: 'two runs at once do no harm',
  run: async (world) => {
    await applyList(world, 'twice');
    const runs = await Promise.all([runOnce(world, 'left'), runOnce(world, 'right')]);
    const created = runs.map((run) => Number(countsOf(run).created));
    return `created ${created.join(' and ')}; ${await untilAsDeclared(world, 'twice')} topics as declared`;
  },
};

/** The active controller is deleted while topics are created. */
export const controllerMoves: Step<World> = {
  name: 'the controller moves while topics are created',
  run: async (world) => {
    const { namespace, metadataPods } = world.expectations;
    await applyList(world, 'moving');
    const running = runOnce(world, 'moving').catch((error: Error) => error);
    await sleep(1_500);
    await kubectl(['delete', 'pod', ...metadataPods.slice(0, 1), `--namespace=${namespace}`]);
    const first = await running;
    await untilHealthy(world);
    await runOnce(world, 'moved');
    const result = first instanceof Error ? first.message.slice(0, 100) : 'all done';
    return `first run: ${result}; ${await untilAsDeclared(world, 'moving')} topics as declared`;
  },
};

/** Topics of a map with a broker down wait, if the missing broker is a zone; topics of the other map are created. */
export const brokerIsDown: Step<World> = {
  name: 'topics wait for a broker that is down, other maps go on',
  run: async (world) => {
    const { namespace, maps } = world.expectations;
    const [{ statefulSet, brokerIds }] = maps;
    const pod = `${statefulSet}-${brokerIds[0]}`;
    const [found] = (await podsOf(namespace)).filter(({ metadata }) => metadata.name === pod);
    const node = found.spec.nodeName!;
    await kubectl(['cordon', node]);
    try {
      await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`]);
      await eventually(`broker ${brokerIds[0]} fenced`, 120, async () => {
        const live = (await world.tools.endpoints()).map(({ id }) => id);
        return live.includes(brokerIds[0]) ? { state: live.join(', ') } : { done: undefined };
      });
      await applyList(world, 'late');
      const { waiting, created } = countsOf(await runOnce(world, 'waiting', 75));
      if (waiting !== 1 || created !== 1) {
        throw new Error(`waiting ${String(waiting)}, created ${String(created)}; expected 1 and 1`);
      }
    } finally {
      await kubectl(['uncordon', node]);
    }
    await untilHealthy(world);
    await runOnce(world, 'late');
    return `one topic waited; ${await untilAsDeclared(world, 'late')} topics as declared`;
  },
};
