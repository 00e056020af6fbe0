/*
 * The commands of the agent. This is the only place that ends the process.
 */
import { readConfig } from './config';
import { EXIT, OperatorError, reasonOf } from './errors';
import { init } from './identity/init';
import { log } from './log';
import { serve } from './serve/serve';
import { syncTopics } from './topics/sync';

const USAGE = 'usage: agent init|serve|topics <agent.json>';

async function run(command: string, path: string, signal: AbortSignal): Promise<number> {
  switch (command) {
    case 'init':
      await init(await readConfig(path, ['broker', 'controller']), signal);
      return EXIT.ok;
    case 'serve':
      await serve(await readConfig(path, ['broker', 'controller']), signal);
      return EXIT.ok;
    case 'topics':
      return syncTopics(await readConfig(path, ['topics']), signal);
    default:
      throw new OperatorError(`command '${command}' is not known`, USAGE, EXIT.usage);
  }
}

async function main(): Promise<number> {
  const [command, path] = process.argv.slice(2);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  try {
    if (!command || !path) {
      throw new OperatorError('a command and a file are needed', USAGE, EXIT.usage);
    }
    return await run(command, path, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      log.info(reasonOf(stop.signal.reason));
      return EXIT.interrupted;
    }
    if (error instanceof OperatorError) {
      log.error(error.message, { mend: error.mend });
      return error.exitCode;
    }
    log.error(reasonOf(error), { stack: error instanceof Error ? error.stack : undefined });
    return EXIT.bug;
  }
}

void main().then((code) => {
  process.exitCode = code;
  // Connections that are being torn down must not hold the process.
  setTimeout(() => process.exit(code), 1_000).unref();
});
