import { JobRun, LogLine, changeJobSucceeds, runTopicJob } from '../checks/topic-job';
import { kubectl } from '../kubernetes/kubectl';
import { Manifest, synthesize } from '../setup/manifest';
import { World } from '../world';
import { Variant } from './lists';

/** Log line at the end of a run. */
export const FINISHED = 'topic synchronization finished';

/** Synthesizes and applies the YAML with one of the lists. */
export async function applyList(world: World, variant: Variant): Promise<Manifest> {
  const manifest = await synthesize(`${world.expectations.program} ${variant}`);
  await kubectl(['apply', `--filename=${manifest.file}`]);
  return manifest;
}

/** Applies a list, and waits for the Job of the change. */
export async function applyAndRun(world: World, variant: Variant): Promise<string> {
  return changeJobSucceeds({ ...world, manifest: await applyList(world, variant) });
}

/**
 * Runs the topic synchronization once.
 *
 * @throws if its exit code is another one
 */
export async function runOnce(world: World, name: string, exitCode = 0): Promise<JobRun> {
  const run = await runTopicJob(world, `e2e-topics-${name}`);
  if (run.exitCode !== exitCode) {
    throw new Error(
      `exit code ${run.exitCode}, not ${exitCode}: ${run.lines.map(textOf).slice(-8).join('; ')}`,
    );
  }
  return run;
}

/** Numbers in the last line of a run. */
export function countsOf({ lines }: JobRun): LogLine {
  const found = lines.find(({ message }) => message === FINISHED);
  if (found === undefined) {
    throw new Error(`the run has not finished: ${lines.map(textOf).slice(-8).join('; ')}`);
  }
  return found;
}

function textOf({ message, topic }: LogLine): string {
  return topic === undefined ? message : `${String(topic)}: ${message}`;
}
