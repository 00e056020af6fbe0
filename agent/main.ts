/*
 * The commands of the agent.
 */
import { readConfig } from './runtime/config';
import { EXIT, OperatorError } from './runtime/errors';
import { init } from './identity/init';
import { runProgram } from './runtime/program';
import { serve } from './serve/serve';
import { syncTopics } from './topics/sync';

const SERVERS = ['broker', 'controller', 'zookeeper'] as const;
const USAGE = 'usage: agent init|serve|topics <agent.json>';

runProgram(async ([command, path], signal) => {
  if (!command || !path) {
    throw new OperatorError('a command and a file are needed', USAGE, EXIT.usage);
  }
  switch (command) {
    case 'init':
      await init(await readConfig(path, SERVERS), signal);
      return EXIT.ok;
    case 'serve':
      await serve(await readConfig(path, SERVERS), signal);
      return EXIT.ok;
    case 'topics':
      return syncTopics(await readConfig(path, ['topics']), signal);
    default:
      throw new OperatorError(`command '${command}' is not known`, USAGE, EXIT.usage);
  }
});
