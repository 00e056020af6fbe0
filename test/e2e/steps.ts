import { performance } from 'node:perf_hooks';
import { OutsideCommand } from './setup/outside-commands';

/** An action or a check. */
export interface Step<T> {
  readonly name: string;
  /** Returns a result to print, if any. Throws if the check fails. */
  readonly run: (world: T) => Promise<string | void>;
  /** True if later steps cannot run after its failure. */
  readonly isPrerequisite?: boolean;
  /** True if it also runs after a failed prerequisite. */
  readonly isAlways?: boolean;
  /** True if it is too long for the short set. */
  readonly isLong?: boolean;
  /** Commands that it runs outside of Kubernetes. */
  readonly commands?: readonly OutsideCommand[];
}

/** The name of a step for the command line. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Results of steps. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Output of results, and reaction to failures. */
export interface Reporter {
  readonly print: (line: string) => void;
  readonly onFailure: (step: string, error: Error) => Promise<void>;
}

/** Runs steps one after another. After a failed prerequisite, other steps do not run and count as failed. */
export async function runSteps<T>(
  steps: readonly Step<T>[],
  world: T,
  reporter: Reporter,
  blockedBy?: string,
): Promise<Tally & { readonly blockedBy?: string }> {
  let passed = 0;
  let blocker = blockedBy;
  for (const step of steps) {
    if (blocker !== undefined && !step.isAlways) {
      reporter.print(`  FAIL ${step.name}: not reached because '${blocker}' failed`);
    } else if (await runStep(step, world, reporter)) {
      passed += 1;
    } else if (step.isPrerequisite) {
      blocker ??= step.name;
    }
  }
  return { passed, failed: steps.length - passed, blockedBy: blocker };
}

async function runStep<T>(
  { name, run }: Step<T>,
  world: T,
  { print, onFailure }: Reporter,
): Promise<boolean> {
  const begin = performance.now();
  const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);
  try {
    const found = await run(world);
    print(`  ok   ${name} (${seconds()} s)${found ? `: ${found}` : ''}`);
    return true;
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    print(`  FAIL ${name} (${seconds()} s): ${error.message.replaceAll('\n', '\n       ')}`);
    await onFailure(name, error);
    return false;
  }
}
