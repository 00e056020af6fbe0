import { performance } from 'node:perf_hooks';

/** One thing to do or to check. */
export interface Step<T> {
  readonly name: string;
  /** May say what it found; throws when the check fails. */
  readonly run: (world: T) => Promise<string | void>;
  /** True if the steps after it make no sense when it fails. */
  readonly isPrerequisite?: boolean;
  /** True if it runs after a failed prerequisite too. */
  readonly isAlways?: boolean;
  /** True if it takes so long that the short set does without it. */
  readonly isLong?: boolean;
  /** True if it switches nodes off and on. */
  readonly needsNodeSwitch?: boolean;
}

/** The name of a step as one can type it. */
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

/** Runs steps one after another. After a prerequisite that failed, others count as failed without being run. */
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
