/*
 * A scenario: an action on a cluster under load, and a recording of its effects.
 */
import { untilHealthy } from '../checks/sync';
import { OutsideCommand } from '../setup/outside-commands';
import { Step } from '../steps';
import { World, brokersOf } from '../world';
import { restartsIn } from './durations';
import { startLoads } from './loads';
import { untilLeadersAreBack } from './observer';
import { Recorder } from './recorder';
import { Recording } from './recording';
import { Finding, Result, timelineOf } from './result';
import { keepResult } from './report/results';
import { untilLeasesAreReleased } from './stop-leases';
import { Limits, clientFindings, clusterFindings, isDiskStall, restartFindings } from './findings';

/** World and recorder of a scenario. */
export interface ScenarioContext {
  readonly world: World;
  readonly recorder: Recorder;
}

/** An action on a cluster. */
export interface Scenario extends Limits {
  readonly name: string;
  /** Description in one sentence. */
  readonly about: string;
  /** True if it runs without clients. */
  readonly isWithoutLoad?: boolean;
  /** Commands that it runs outside of Kubernetes. */
  readonly commands?: readonly OutsideCommand[];
  /** Runs the action, and returns findings in addition to those of all scenarios. */
  readonly act: (context: ScenarioContext) => Promise<Finding[]>;
}

/** A scenario as a step of a group. */
export function stepOf(group: string, scenario: Scenario): Step<World> {
  return {
    name: scenario.name,
    run: (world) => runScenario(group, scenario, world),
    commands: scenario.commands,
  };
}

/** Maximum number of attempts. */
const ATTEMPTS = 3;

/** Runs a scenario, and repeats it if the disk of the machine stalled. */
async function runScenario(group: string, scenario: Scenario, world: World): Promise<string> {
  const before: Finding[] = [];
  for (let attempt = 1; ; attempt++) {
    const { result, stallMs } = await runOnce(group, scenario, world, before);
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

async function runOnce(
  group: string,
  scenario: Scenario,
  world: World,
  before: readonly Finding[],
): Promise<{ readonly result: Result; readonly stallMs: number }> {
  await untilHealthy(world);
  await untilLeadersAreBack(world.expectations);
  const loads = scenario.isWithoutLoad ? undefined : await startLoads(world);
  const recorder = await Recorder.start(world).catch(async (error: unknown) => {
    await loads?.finish();
    throw error;
  });
  // The results of clients are part of the result, even if the action failed.
  const findings = await act(scenario, { world, recorder }).catch((error: Error): Finding[] => [
    { expected: 'the scenario finishes', seen: error.message, isMet: false },
  ]);
  const recording = await recorder.stop();
  const ends = (await loads?.finish()) ?? [];
  const brokers = brokersOf(world.expectations);
  const { restarts, unfinished } = restartsIn(recording, new Map(brokers.map(({ id, pod }) => [pod, id])));
  const maps = world.expectations.maps.map(({ name }) => ({
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
      ...clientFindings(scenario, ends, meanCpuWait(recording)),
      ...clusterFindings(scenario, recording, maps),
      ...restartFindings(scenario, restarts, unfinished),
    ],
    restarts,
    loads: ends.map(({ seconds: _, ...load }) => load),
    timeline: timelineOf(recording, brokers, ends),
  };
  return { result, stallMs: Math.max(0, ...recording.seconds.map(({ diskMs }) => diskMs)) };
}

function meanCpuWait({ seconds }: Recording): number {
  return seconds.reduce((sum, { cpuWait }) => sum + cpuWait, 0) / Math.max(1, seconds.length);
}

function unmet({ findings }: Result): string {
  const some = findings.filter(({ isMet }) => !isMet);
  return some.map(({ expected, seen }) => `expected: ${expected}; seen: ${seen}`).join('\n');
}

async function act(scenario: Scenario, context: ScenarioContext): Promise<Finding[]> {
  const findings = await scenario.act(context);
  await untilHealthy(context.world);
  await untilLeadersAreBack(context.world.expectations);
  await untilLeasesAreReleased(context.world.expectations);
  return findings;
}

/** @throws if an expectation was not met */
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
    const own = rest === undefined ? '' : ` (${rest.toFixed(1)} s of it outside of Kafka)`;
    return `${pod} ${total.toFixed(1)} s${own}`;
  });
  return [
    ...(loads.length > 0
      ? [`0 lost, errors: ${errors.join(', ')}`, `longest pause: ${pauses.join(', ')}`]
      : []),
    ...(times.length > 0 ? [`restarts: ${times.join(', ')}`] : []),
  ].join('; ');
}
