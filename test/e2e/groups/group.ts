/*
 * A group deploys one example on an empty cluster, checks the result, and removes it.
 */
import { join } from 'node:path';
import { gather } from '../evidence';
import { startClientPod } from '../kafka/client-pod';
import { KafkaTools } from '../kafka/tools';
import { kubectl } from '../kubernetes/kubectl';
import { clean, makeNamespace } from '../setup/cleaning';
import { ROOT, synthesize } from '../setup/manifest';
import { OutsideCommand, missingCommands } from '../setup/outside-commands';
import { Needs, gatherFacts, lacking } from '../setup/preflight';
import { Substitute } from '../setup/substitute';
import { Step, Tally, runSteps, slugOf } from '../steps';
import { Expectations, World } from '../world';

/** One example and its checks. */
export interface Group {
  readonly summary: string;
  readonly expectations: Expectations;
  readonly needs: Needs;
  /** Adds the labels and taints that the example requires to nodes. */
  readonly prepareNodes: () => Promise<void>;
  /** True if Kafka runs; false on fake nodes. */
  readonly hasBrokers: boolean;
  /** Simulates a program that the cluster may not have. */
  readonly substitute?: Substitute;
  readonly checks: (isShort: boolean) => readonly Step<World>[];
}

/** Steps of a group that can be selected on the command line. */
export function choosableSteps(group: Group): string[] {
  return group
    .checks(false)
    .filter(({ isPrerequisite, isAlways }) => !isPrerequisite && !isAlways)
    .map(({ name }) => slugOf(name));
}

/**
 * Runs one group.
 *
 * @param chosen steps to run, in addition to required steps; all if absent
 */
export async function runGroup(
  name: string,
  group: Group,
  isShort: boolean,
  chosen?: readonly string[],
): Promise<Tally> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print(`${name}: ${group.summary}`);
  const folder = join(ROOT, 'dist', 'e2e', `${name}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  let failures = 0;
  const reporter = {
    print,
    onFailure: async (step: string, error: Error) => {
      failures += 1;
      const place = join(folder, `${failures}-${step.replaceAll(/[^a-zA-Z0-9]+/g, '-')}`);
      await gather(group.expectations.namespace, place, `${step}: ${error.stack ?? error.message}`).catch(
        (cause: Error) => print(`       evidence is incomplete: ${cause.message}`),
      );
      print(`       evidence: ${place}`);
    },
  };
  const checks = checksOf(group, isShort, chosen);
  const run: Run = { group, checks };
  // Errors before the group starts are in their messages.
  const before = await runSteps(BEFORE, run, { print, onFailure: async () => undefined });
  // Objects that block the start are not ours, so nothing is cleaned up.
  const steps = stepsOf(checks).map((step) =>
    before.blockedBy === undefined ? step : { ...step, isAlways: false },
  );
  const after = await runSteps(steps, run, reporter, before.blockedBy);
  return { passed: before.passed + after.passed, failed: before.failed + after.failed };
}

interface Run {
  readonly group: Group;
  readonly checks: readonly Step<World>[];
  world?: World;
}

const BEFORE: readonly Step<Run>[] = [
  { name: 'the cluster meets the requirements', run: preflight, isPrerequisite: true },
  { name: 'the example is synthesized', run: prepareWorld, isPrerequisite: true },
  { name: 'earlier runs are cleaned up', run: cleanUp, isPrerequisite: true },
];

function checksOf(group: Group, isShort: boolean, chosen?: readonly string[]): Step<World>[] {
  return group
    .checks(isShort)
    .filter(({ isLong }) => !(isShort && isLong))
    .filter(
      ({ name, isPrerequisite, isAlways }) =>
        chosen === undefined || isPrerequisite || isAlways || chosen.includes(slugOf(name)),
    );
}

function stepsOf(checks: readonly Step<World>[]): Step<Run>[] {
  return [
    { name: 'the namespace exists and nodes are labeled', run: prepareCluster, isPrerequisite: true },
    { name: 'the YAML is applied unchanged', run: applyManifest, isPrerequisite: true },
    ...checks.map((check) => ({ ...check, run: (run: Run) => check.run(worldOf(run)) })),
    { name: 'this run is cleaned up', run: cleanUp, isAlways: true },
  ];
}

async function preflight({ group, checks }: Run): Promise<void> {
  const commands = new Map<OutsideCommand, string[]>();
  for (const check of checks) {
    for (const command of check.commands ?? []) {
      commands.set(command, [...(commands.get(command) ?? []), check.name]);
    }
  }
  const problems = [...lacking(group.needs, await gatherFacts(group.needs)), ...missingCommands(commands)];
  if (problems.length > 0) {
    throw new Error(['missing requirements:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
  }
}

async function prepareWorld(run: Run): Promise<string> {
  const { expectations } = run.group;
  const manifest = await synthesize(expectations.program);
  const tools = new KafkaTools(expectations.namespace, expectations.clusterName);
  run.world = { expectations, manifest, tools, acknowledged: [] };
  return `${manifest.objects.length} objects`;
}

async function cleanUp(run: Run): Promise<void> {
  await clean(run.group.expectations.namespace, worldOf(run).manifest);
  await run.group.substitute?.remove();
}

async function prepareCluster({ group }: Run): Promise<void> {
  await makeNamespace(group.expectations.namespace);
  await group.prepareNodes();
  await group.substitute?.prepare();
}

async function applyManifest(run: Run): Promise<void> {
  const { manifest, expectations } = worldOf(run);
  await kubectl(['apply', `--filename=${manifest.file}`]);
  await run.group.substitute?.serve(expectations);
  if (run.group.hasBrokers) {
    await startClientPod(expectations);
  }
}

function worldOf({ world }: Run): World {
  if (!world) {
    throw new Error('the example is not synthesized yet');
  }
  return world;
}
