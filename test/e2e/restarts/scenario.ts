/*
 * A scenario: something happens to a cluster that is at work, and everything about it is written down.
 */
import { allIsWell } from '../checks/sync';
import { Step } from '../steps';
import { World, brokersOf } from '../world';
import { restartsIn } from './durations';
import { startLoads } from './loads';
import { untilLeadersAreBack } from './observer';
import { Recorder } from './recorder';
import { Finding, Result, timelineOf } from './result';
import { keepResult } from './report/results';
import { untilTurnsAreOver } from './turns';
import { Price, clientFindings, clusterFindings, restartFindings } from './verdict';

/** Where a scenario takes place. */
export interface Stage {
  readonly world: World;
  readonly recorder: Recorder;
}

/** Something that happens to a cluster. */
export interface Scenario extends Price {
  readonly name: string;
  /** What happens, in a sentence. */
  readonly about: string;
  /** Whether clients are at work meanwhile; they are if absent. */
  readonly isWithoutLoad?: boolean;
  /** Whether somebody must be able to switch nodes off and on. */
  readonly needsNodeSwitch?: boolean;
  /** Lets it happen, and says what was found beside what holds for all scenarios. */
  readonly act: (stage: Stage) => Promise<Finding[]>;
}

/** A scenario as a step of a group. */
export function stepOf(group: string, scenario: Scenario): Step<World> {
  return {
    name: scenario.name,
    run: (world) => play(group, scenario, world),
    needsNodeSwitch: scenario.needsNodeSwitch,
  };
}

async function play(group: string, scenario: Scenario, world: World): Promise<string> {
  await allIsWell(world);
  await untilLeadersAreBack(world.outcome);
  const loads = scenario.isWithoutLoad ? undefined : await startLoads(world);
  const recorder = await Recorder.start(world).catch(async (error: unknown) => {
    await loads?.finish();
    throw error;
  });
  // Whatever comes of it, what clients met with meanwhile belongs to it.
  const findings = await act(scenario, { world, recorder }).catch((error: Error): Finding[] => [
    { expected: 'it comes to its end', seen: error.message, isMet: false },
  ]);
  const recording = await recorder.stop();
  const ends = (await loads?.finish()) ?? [];
  const brokers = brokersOf(world.outcome);
  const { restarts, unfinished } = restartsIn(recording, new Map(brokers.map(({ id, pod }) => [pod, id])));
  const maps = world.outcome.maps.map(({ name }) => ({
    name,
    pods: brokers.filter(({ map }) => map.name === name).map(({ pod }) => pod),
  }));
  const result: Result = {
    group,
    name: scenario.name,
    about: scenario.about,
    at: new Date(recording.begin).toISOString(),
    seconds: Math.round((recording.end - recording.begin) / 1000),
    findings: [
      ...findings,
      ...clientFindings(scenario, ends),
      ...clusterFindings(scenario, recording, maps),
      ...restartFindings(scenario, restarts, unfinished),
    ],
    restarts,
    loads: ends.map(({ seconds: _, ...load }) => load),
    timeline: timelineOf(recording, brokers, ends),
  };
  await keepResult(result);
  return conclude(result);
}

async function act(scenario: Scenario, stage: Stage): Promise<Finding[]> {
  const findings = await scenario.act(stage);
  await allIsWell(stage.world);
  await untilLeadersAreBack(stage.world.outcome);
  await untilTurnsAreOver(stage.world.outcome);
  return findings;
}

/** @throws when something was not as expected */
function conclude({ findings, restarts, loads }: Result): string {
  const unmet = findings.filter(({ isMet }) => !isMet);
  if (unmet.length > 0) {
    throw new Error(unmet.map(({ expected, seen }) => `expected: ${expected}; seen: ${seen}`).join('\n'));
  }
  const pauses = loads.map(({ name, report }) => `${name} ${report?.longestPauseMs} ms`);
  const errors = loads.map(({ name, report }) => {
    const counts = Object.values(report?.errorsByReason ?? {});
    return `${name} ${counts.reduce((sum, count) => sum + count, 0)}`;
  });
  const times = restarts.map(({ pod, total, rest }) => {
    const own = rest === undefined ? '' : ` (${rest.toFixed(1)} s of it not Kafka's own)`;
    return `${pod} ${total.toFixed(1)} s${own}`;
  });
  return [
    ...(loads.length > 0
      ? [`0 lost, errors: ${errors.join(', ')}`, `longest pause: ${pauses.join(', ')}`]
      : []),
    ...(times.length > 0 ? [`restarts: ${times.join(', ')}`] : []),
  ].join('; ');
}
