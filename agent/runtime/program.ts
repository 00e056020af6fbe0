/*
 * Entry point of every program of the agent: signals, exit codes and the last log line. Only this file ends the process.
 */
import { AgentConfig } from '../../lib/seam/agent-config';
import { readConfig } from './config';
import { EXIT, OperatorError, reasonOf } from './errors';
import { log } from './log';

/** Work of a program with its agent.json. It can return an exit code. */
type Work<R extends AgentConfig['role']> = (
  config: Extract<AgentConfig, { role: R }>,
  signal: AbortSignal,
) => Promise<number | void>;

/**
 * Runs a program with the agent.json of the command line until it ends or is stopped by a signal. Operator errors and
 * bugs have different exit codes.
 *
 * @param roles roles of agent.json that the program accepts
 */
export function runProgram<R extends AgentConfig['role']>(
  program: string,
  roles: readonly R[],
  work: Work<R>,
): void {
  const run = async (signal: AbortSignal) => {
    const path = process.argv[2];
    if (!path) {
      const usage = `usage: ${program} <agent.json>`;
      throw new OperatorError('the path of agent.json is missing', usage, EXIT.usage);
    }
    return (await work(await readConfig(path, roles), signal)) ?? EXIT.ok;
  };
  void exitCodeOf(run).then((code) => {
    process.exitCode = code;
    // Closing connections must not keep the process alive.
    setTimeout(() => process.exit(code), 1_000).unref();
  });
}

async function exitCodeOf(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  try {
    return await run(stop.signal);
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
