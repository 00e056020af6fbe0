// Runs named steps one after another and prints the result of each.

/** Runs the steps, prints `N passed, N failed`, and sets the exit code. */
export function runSteps(steps) {
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      step();
      console.log(`  ok   ${name}`);
    } catch (error) {
      failed++;
      console.log(`  FAIL ${name}\n${error.stderr?.toString() ?? ''}${error.stack}`);
    }
  }
  console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
