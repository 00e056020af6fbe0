/*
 * What every program of the agent has around its work. This is the only place that ends the process.
 */
import { EXIT, OperatorError, reasonOf } from './errors';
import { log } from './log';

/**
 * Runs a program with the arguments of the command line, until it is done or told to stop. Mistakes of people and bugs
 * end it differently.
 */
export function runProgram(work: (args: readonly string[], signal: AbortSignal) => Promise<number>): void {
  void exitCodeOf(work).then((code) => {
    process.exitCode = code;
    // Connections that are being torn down must not hold the process.
    setTimeout(() => process.exit(code), 1_000).unref();
  });
}

async function exitCodeOf(
  work: (args: readonly string[], signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  try {
    return await work(process.argv.slice(2), stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      log.info(reasonOf(stop.signal.reason));
      return EXIT.interrupted;
    }
    if (error instanceof OperatorError) {
      log.error(error.message, { mend: error.hint });
      return error.exitCode;
    }
    log.error(reasonOf(error), { stack: error instanceof Error ? error.stack : undefined });
    return EXIT.bug;
  }
}
