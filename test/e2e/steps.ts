import { performance } from 'node:perf_hooks';

/** One thing to do or to check. */
export interface Step<T> {
  readonly name: string;
  /** May say what it found; throws when the check fails. */
  readonly run: (world: T) => Promise<string | void>;
  /** Whether the steps after it make no sense when it fails. */
  readonly isPrerequisite?: boolean;
  /** Whether it takes so long that the short set does without it. */
  readonly isLong?: boolean;
}

/** What became of some steps. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Where results go, and what is done about a failure. */
export interface Reporter {
  readonly print: (line: string) => void;
  readonly onFailure: (step: string, error: Error) => Promise<void>;
}

/** Runs steps one after another. After a prerequisite that failed, the others count as failed without being run. */
export async function runSteps<T>(
  steps: readonly Step<T>[],
  world: T,
  { print, onFailure }: Reporter,
): Promise<Tally> {
  let passed = 0;
  for (const [index, { name, run, isPrerequisite }] of steps.entries()) {
    const begin = performance.now();
    const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);
    try {
      const found = await run(world);
      passed += 1;
      print(`  ok   ${name} (${seconds()} s)${found ? `: ${found}` : ''}`);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      print(`  FAIL ${name} (${seconds()} s): ${error.message.replaceAll('\n', '\n       ')}`);
      await onFailure(name, error);
      if (isPrerequisite) {
        const rest = steps.slice(index + 1);
        rest.forEach((other) => print(`  FAIL ${other.name}: not reached because '${name}' failed`));
        break;
      }
    }
  }
  return { passed, failed: steps.length - passed };
}
