/*
 * Planned restarts.
 */
import { ExpectedMap, World, brokersOf } from '../world';
import { Finding } from './result';
import {
  ROLLOUT_SECONDS,
  applyRevision,
  metadataStatefulSet,
  restart,
  rolloutOrder,
  applyOriginal,
  untilRolledOut,
} from './rollout';
import { Scenario, ScenarioContext } from './scenario';
import { execIn } from '../kubernetes/pods';

/** The first map is restarted. */
export const rolloutOfOneMap: Scenario = {
  name: 'rollout of one map',
  about: 'One map is restarted by `kubectl rollout restart`.',
  errors: 'none',
  isMeasured: true,
  act: async (context) => {
    await rollOut(context, context.world.expectations.maps[0].statefulSet);
    return [];
  },
};

/** All StatefulSets are restarted, one after another. */
export const rolloutOfAll: Scenario = {
  name: 'rollout of all StatefulSets',
  about:
    'Both maps and the controllers or ZooKeeper servers are restarted by `kubectl rollout restart`, one after another.',
  errors: 'none',
  isMeasured: true,
  act: async (context) => {
    const { expectations } = context.world;
    const findings: Finding[] = [];
    for (const map of expectations.maps) {
      const [finding] = await Promise.all([inOrder(context, map), rollOut(context, map.statefulSet)]);
      findings.push(finding);
    }
    await rollOut(context, metadataStatefulSet(expectations));
    return findings;
  },
};

/** Checks that each broker restarts after those with higher ids are ready again. */
async function inOrder({ recorder }: ScenarioContext, map: ExpectedMap): Promise<Finding> {
  const pods = rolloutOrder(map);
  const old = new Map(pods.map((pod) => [pod, recorder.latest(pod)?.uid]));
  const isOld = (pod: string) => recorder.latest(pod)?.uid === old.get(pod);
  const problems: string[] = [];
  for (const [index, pod] of pods.entries()) {
    await recorder.until(
      `${pod} deleted or replaced`,
      ROLLOUT_SECONDS,
      () => !isOld(pod) || recorder.stateOf(pod) === 'down',
    );
    const early = pods.slice(0, index).filter((other) => isOld(other) || recorder.stateOf(other) !== 'ready');
    problems.push(...early.map((other) => `${pod} was down before ${other} was ready again`));
  }
  return {
    expected: `brokers of ${map.statefulSet} are restarted one by one, ${pods.join(', ')}`,
    seen: problems.length === 0 ? 'in that order' : problems.join(', '),
    isMet: problems.length === 0,
  };
}

/** All maps are restarted at the same time. */
export const rolloutOfBothMaps: Scenario = {
  name: 'rollout of both maps at the same time',
  about: 'Both maps are restarted at the same time.',
  errors: 'none',
  act: async (context) => {
    const { maps } = context.world.expectations;
    const isUnavailable = (pod: string) => ['down', 'not ready'].includes(context.recorder.stateOf(pod));
    const together = context.recorder
      .until('unavailable brokers in all maps', ROLLOUT_SECONDS, () =>
        maps.every((map) => rolloutOrder(map).some(isUnavailable)),
      )
      .then(
        () => true,
        () => false,
      );
    await rollOut(context, ...maps.map((map) => map.statefulSet));
    return [
      {
        expected: 'maps do not wait for each other',
        seen: (await together)
          ? 'brokers of both were unavailable at the same time'
          : 'one map restarted after the other',
        isMet: await together,
      },
    ];
  },
};

/** A change of a setting is reverted when some brokers have it. */
export const rollback: Scenario = {
  name: 'rollback',
  about: 'A setting is changed by applying new YAML; during the rollout the old YAML is applied again.',
  errors: 'none',
  act: async ({ world, recorder }) => {
    const [left] = world.expectations.maps;
    const statefulSets = world.expectations.maps.map(({ statefulSet }) => statefulSet);
    const [first, second] = rolloutOrder(left);
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
      await applyOriginal(world);
    }
    await untilRolledOut(world.expectations, ...statefulSets);
    return [await settingFinding(world)];
  },
};

/** Checks that no broker was started with the new setting. */
async function settingFinding(world: World): Promise<Finding> {
  const { problems, count } = await brokersWith(world, /^queued\.max\.requests=/m);
  return {
    expected: 'no broker runs with the new setting',
    seen: problems.length === 0 ? `none of ${count}` : problems.join(', '),
    isMet: problems.length === 0,
  };
}

async function brokersWith(
  { expectations }: World,
  pattern: RegExp,
): Promise<{ readonly problems: string[]; readonly count: number }> {
  const pods = brokersOf(expectations).map(({ pod }) => pod);
  const found = await Promise.all(
    pods.map(async (pod) => {
      const settings = await execIn(
        { namespace: expectations.namespace, pod, container: 'kafka' },
        'cat',
        '/run/cdk8s-kafka/server.properties',
      );
      // Every file contains a broker id. Without one, the file was not read.
      return !/^(node|broker)\.id=/m.test(settings) || pattern.test(settings) ? [pod] : [];
    }),
  );
  return { problems: found.flat(), count: pods.length };
}

async function rollOut({ world, recorder }: ScenarioContext, ...statefulSets: string[]): Promise<void> {
  recorder.mark(`restart of ${statefulSets.join(' and ')}`);
  await restart(world.expectations, ...statefulSets);
  await untilRolledOut(world.expectations, ...statefulSets);
}
