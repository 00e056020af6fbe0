/*
 * Topics that are no longer declared, and lists of other apps.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../kubernetes/kubectl';
import { makeNamespace } from '../setup/cleaning';
import { synthesize } from '../setup/manifest';
import { Step } from '../steps';
import { World } from '../world';
import { applyList, countsOf, runOnce } from './runs';

const ACCEPT = 'cdk8s-kafka.io/accept-prune';
/** `prune.minAge` of the chart. Its time has to pass for real, so the steps sleep. */
const MIN_AGE_SECONDS = 20;
const TEAMS = ['team', 'shop'] as const;
const TEAM_CHART = 'test/e2e/charts/topics-of-team.ts';

/** A topic that was removed from its list is deleted in the second run after the minimum age; a much shorter list waits. */
export const removedTopics: Step<World> = {
  name: 'removed topics are deleted after a while, unless a list has become much shorter',
  run: async (world) => {
    await applyList(world, 'moving');
    await runOnce(world, 'known');
    await applyList(world, 'removed');
    const first = countsOf(await runOnce(world, 'absent'));
    await sleep(MIN_AGE_SECONDS * 1000);
    const second = countsOf(await runOnce(world, 'deleted'));
    const names = new Set((await world.tools.partitions()).map(({ topic }) => topic));
    await applyList(world, 'shrunk');
    await runOnce(world, 'shrunk');
    await sleep(MIN_AGE_SECONDS * 1000);
    const blocked = countsOf(await runOnce(world, 'blocked'));
    await accept(world);
    const accepted = countsOf(await runOnce(world, 'accepted'));
    const deleted = [first, second, blocked, accepted].map((counts) => counts.deleted);
    const announced = [first, blocked].map(({ pending }) => Number(pending));
    if (deleted.join() !== '0,1,0,2' || announced[0] !== 1 || announced[1] <= 100) {
      throw new Error(
        `deleted ${deleted.join(', ')} topics, expected 0, 1, 0, 2; announced ${announced.join(' and ')}, expected 1 and hundreds`,
      );
    }
    if (names.has('extra.other') || !names.has('main.load')) {
      throw new Error(`topics that exist: ${[...names].slice(0, 20).join(', ')}`);
    }
    return `deleted ${deleted.join(', ')} topics: new, after ${MIN_AGE_SECONDS} s, from a shrunk list, after its acceptance`;
  },
};

async function accept({ expectations: { namespace, clusterName } }: World): Promise<void> {
  const until = new Date(Date.now() + 600_000).toISOString();
  const status = ['configmap', `${clusterName}-topics-status`, `--namespace=${namespace}`];
  await kubectl(['annotate', ...status, '--overwrite', `${ACCEPT}=until=${until}; by=e2e; reason=a test`]);
}

/** Two apps declare topics, each in a namespace of its own. */
export const listsOfOtherApps: Step<World> = {
  name: 'lists of two other apps are read, limited to their topics, and may vanish',
  run: async (world) => {
    try {
      for (const team of TEAMS) {
        await makeNamespace(namespaceOf(team));
        await applyTeam(team, 'foreign');
      }
      await applyList(world, 'team');
      const foreign = countsOf(await runOnce(world, 'foreign', 65));
      await Promise.all(TEAMS.map((team) => applyTeam(team, 'one')));
      const clean = countsOf(await runOnce(world, 'team'));
      await kubectl(['delete', 'configmap', 'team-topics', `--namespace=${namespaceOf('team')}`]);
      await runOnce(world, 'vanished', 65);
      await sleep(MIN_AGE_SECONDS * 1000);
      const vanished = countsOf(await runOnce(world, 'still-vanished', 65));
      await applyList(world, 'shrunk');
      if (foreign.created !== 2 || foreign.invalid !== 2 || clean.invalid !== 0 || vanished.deleted !== 0) {
        throw new Error(
          `created ${String(foreign.created)}, invalid ${String(foreign.invalid)}, then ${String(clean.invalid)}; ` +
            `deleted after a list was gone: ${String(vanished.deleted)}`,
        );
      }
      return 'a topic of each created, topics of others refused, nothing deleted after a list was gone';
    } finally {
      const names = TEAMS.map(namespaceOf);
      await kubectl(['delete', 'namespace', ...names, '--ignore-not-found'], { seconds: 120 });
    }
  },
};

function namespaceOf(team: string): string {
  return `kafka-topics-${team}`;
}

async function applyTeam(team: string, variant: string): Promise<void> {
  await kubectl(['apply', `--filename=${(await synthesize(`${TEAM_CHART} ${team} ${variant}`)).file}`]);
}
