/*
 * Entry point of every program of the agent: signals, exit codes and the last log line. Only this file ends the process.
 */
import { EXIT, OperatorError, reasonOf } from './errors';
import { log } from './log';

/**
 * Runs a program with the arguments of the command line until it ends or is stopped by a signal. Operator errors and
 * bugs have different exit codes.
 */
export function runProgram(work: (args: readonly string[], signal: AbortSignal) => Promise<number>): void {
  void exitCodeOf(work).then((code) => {
    process.exitCode = code;
    // Closing connections must not keep the process alive.
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
      log.error(error.message, { hint: error.hint });
      return error.exitCode;
    }
    log.error(reasonOf(error), { stack: error instanceof Error ? error.stack : undefined });
    return EXIT.bug;
  }
}
