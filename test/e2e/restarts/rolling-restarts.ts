/*
 * Planned restarts.
 */
import { kubectl } from '../kubernetes/kubectl';
import { MapOutcome, World, brokersOf } from '../world';
import { Finding } from './result';
import {
  ROLL_SECONDS,
  applyRevision,
  metadataStatefulSet,
  restart,
  rollingOrder,
  takeBack,
  untilRolled,
} from './rollout';
import { Scenario, Stage } from './scenario';

/** The first map is restarted. */
export const rollOneMap: Scenario = {
  name: 'roll one map',
  about: 'One map is restarted by `kubectl rollout restart`.',
  errors: 'none',
  isMeasured: true,
  act: async (stage) => {
    await roll(stage, stage.world.outcome.maps[0].statefulSet);
    return [];
  },
};

/** Everything is restarted, one StatefulSet after another. */
export const rollAll: Scenario = {
  name: 'roll all',
  about:
    'Both maps and the controllers or ZooKeeper servers are restarted by `kubectl rollout restart`, one after another.',
  errors: 'none',
  isMeasured: true,
  act: async (stage) => {
    const { outcome } = stage.world;
    const findings: Finding[] = [];
    for (const map of outcome.maps) {
      const [finding] = await Promise.all([inOrder(stage, map), roll(stage, map.statefulSet)]);
      findings.push(finding);
    }
    await roll(stage, metadataStatefulSet(outcome));
    return findings;
  },
};

/** Checks that each broker restarts after those with higher ids are ready again. */
async function inOrder({ recorder }: Stage, map: MapOutcome): Promise<Finding> {
  const pods = rollingOrder(map);
  const old = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid]));
  const isOld = (pod: string) => recorder.latest(pod)?.uid === old.get(pod);
  const problems: string[] = [];
  for (const [index, pod] of pods.entries()) {
    await recorder.until(
      `${pod} gone or new`,
      ROLL_SECONDS,
      () => !isOld(pod) || recorder.stateOf(pod) === 'down',
    );
    const early = pods.slice(0, index).filter((other) => isOld(other) || recorder.stateOf(other) !== 'ready');
    problems.push(...early.map((other) => `${pod} was down before ${other} was back`));
  }
  return {
    expected: `brokers of ${map.statefulSet} are restarted one by one, ${pods.join(', ')}`,
    seen: problems.length === 0 ? 'in that order' : problems.join(', '),
    isMet: problems.length === 0,
  };
}

/** All maps are restarted at the same time. */
export const rollBothMaps: Scenario = {
  name: 'roll both maps at once',
  about: 'Both maps are restarted at the same time.',
  errors: 'none',
  act: async (stage) => {
    const { maps } = stage.world.outcome;
    const isAway = (pod: string) => ['down', 'not ready'].includes(stage.recorder.stateOf(pod));
    const together = stage.recorder
      .until('brokers of all maps away', ROLL_SECONDS, () =>
        maps.every((map) => rollingOrder(map).some(isAway)),
      )
      .then(
        () => true,
        () => false,
      );
    await roll(stage, ...maps.map((map) => map.statefulSet));
    return [
      {
        expected: 'maps do not wait for each other',
        seen: (await together) ? 'brokers of both were away together' : 'one map went after the other',
        isMet: await together,
      },
    ];
  },
};

/** A change of a setting is taken back when a part of the brokers has it. */
export const rollTakenBack: Scenario = {
  name: 'rollback',
  about:
    'A setting is changed by applying new YAML; in the middle of the roll the old YAML is applied again.',
  errors: 'none',
  act: async ({ world, recorder }) => {
    const [left] = world.outcome.maps;
    const statefulSets = world.outcome.maps.map(({ statefulSet }) => statefulSet);
    const [first, second] = rollingOrder(left);
    const before = recorder.latest(first)?.uid;
    try {
      recorder.mark('new setting');
      await applyRevision(world, 'setting');
      await recorder.until(`${first} new and ready, ${second} stopping`, 600, () => {
        const uid = recorder.latest(first)?.uid;
        return uid !== before && recorder.stateOf(first) === 'ready' && recorder.stateOf(second) !== 'ready';
      });
    } finally {
      recorder.mark('old setting');
      await takeBack(world);
    }
    await untilRolled(world.outcome, ...statefulSets);
    return [await settingFinding(world)];
  },
};

/** Every broker, and the file that it was started with, is from before. */
async function settingFinding(world: World): Promise<Finding> {
  const { problems, count } = await brokersWith(world, /^queued\.max\.requests=/m);
  return {
    expected: 'no broker runs with the new setting',
    seen: problems.length === 0 ? `none of ${count} does` : problems.join(', '),
    isMet: problems.length === 0,
  };
}

async function brokersWith(
  { outcome }: World,
  pattern: RegExp,
): Promise<{ readonly problems: string[]; readonly count: number }> {
  const pods = brokersOf(outcome).map(({ pod }) => pod);
  const args = (pod: string) => ['exec', pod, `--namespace=${outcome.namespace}`, '--container=kafka', '--'];
  const found = await Promise.all(
    pods.map(async (pod) => {
      const settings = await kubectl([...args(pod), 'cat', '/run/cdk8s-kafka/server.properties']);
      // Every broker has an id: a file without one was not read.
      return !/^(node|broker)\.id=/m.test(settings) || pattern.test(settings) ? [pod] : [];
    }),
  );
  return { problems: found.flat(), count: pods.length };
}

async function roll({ world, recorder }: Stage, ...statefulSets: string[]): Promise<void> {
  recorder.mark(`restart of ${statefulSets.join(' and ')}`);
  await restart(world.outcome, ...statefulSets);
  await untilRolled(world.outcome, ...statefulSets);
}
