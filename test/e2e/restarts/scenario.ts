/*
 * A scenario: something happens to a cluster that is at work, and everything about it is written down.
 */
import { untilHealthy } from '../checks/sync';
import { Step } from '../steps';
import { World, brokersOf } from '../world';
import { restartsIn } from './durations';
import { startLoads } from './loads';
import { untilLeadersAreBack } from './observer';
import { Recorder } from './recorder';
import { Finding, Result, timelineOf } from './result';
import { keepResult } from './report/results';
import { untilLeasesAreReleased } from './stop-leases';
import { Limits, clientFindings, clusterFindings, isDiskStall, restartFindings } from './findings';

/** World and recorder of a scenario. */
export interface Stage {
  readonly world: World;
  readonly recorder: Recorder;
}

/** Something that happens to a cluster. */
export interface Scenario extends Limits {
  readonly name: string;
  /** Description in one sentence. */
  readonly about: string;
  /** True if clients are at work meanwhile; they are if absent. */
  readonly isWithoutLoad?: boolean;
  /** True if a switch for nodes is needed. */
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

/** Maximum number of attempts. */
const ATTEMPTS = 3;

/** Runs a scenario, and repeats it if the disk of the machine stalled. */
async function play(group: string, scenario: Scenario, world: World): Promise<string> {
  const before: Finding[] = [];
  for (let attempt = 1; ; attempt++) {
    const { result, stallMs } = await playOnce(group, scenario, world, before);
    if (!isDiskStall(result.findings, stallMs) || attempt === ATTEMPTS) {
      await keepResult(result);
      return `${before.map(({ seen }) => `(${seen}) `).join('')}${conclude(result)}`;
    }
    before.push({
      expected: 'the disk of the machine does not stall',
      seen: `it stalled for ${(stallMs / 1000).toFixed(1)} s, so the scenario was repeated: ${unmet(result)}`,
      isMet: true,
    });
  }
}

async function playOnce(
  group: string,
  scenario: Scenario,
  world: World,
  before: readonly Finding[],
): Promise<{ readonly result: Result; readonly stallMs: number }> {
  await untilHealthy(world);
  await untilLeadersAreBack(world.outcome);
  const loads = scenario.isWithoutLoad ? undefined : await startLoads(world);
  const recorder = await Recorder.start(world).catch(async (error: unknown) => {
    await loads?.finish();
    throw error;
  });
  // Whatever comes of it, what clients met with meanwhile belongs to it.
  const findings = await act(scenario, { world, recorder }).catch((error: Error): Finding[] => [
    { expected: 'the scenario finishes', seen: error.message, isMet: false },
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
      ...before,
      ...findings,
      ...clientFindings(scenario, ends),
      ...clusterFindings(scenario, recording, maps),
      ...restartFindings(scenario, restarts, unfinished),
    ],
    restarts,
    loads: ends.map(({ seconds: _, ...load }) => load),
    timeline: timelineOf(recording, brokers, ends),
  };
  return { result, stallMs: Math.max(0, ...recording.seconds.map(({ diskMs }) => diskMs)) };
}

function unmet({ findings }: Result): string {
  const some = findings.filter(({ isMet }) => !isMet);
  return some.map(({ expected, seen }) => `expected: ${expected}; seen: ${seen}`).join('\n');
}

async function act(scenario: Scenario, stage: Stage): Promise<Finding[]> {
  const findings = await scenario.act(stage);
  await untilHealthy(stage.world);
  await untilLeadersAreBack(stage.world.outcome);
  await untilLeasesAreReleased(stage.world.outcome);
  return findings;
}

/** @throws when something was not as expected */
function conclude(result: Result): string {
  const { findings, restarts, loads } = result;
  if (findings.some(({ isMet }) => !isMet)) {
    throw new Error(unmet(result));
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
