/*
 * The program in pods of brokers, controllers and ZooKeeper servers.
 */
import { readConfig } from './runtime/config';
import { EXIT, OperatorError } from './runtime/errors';
import { init } from './identity/init';
import { runProgram } from './runtime/program';
import { serve } from './serve/serve';

const SERVERS = ['broker', 'controller', 'zookeeper'] as const;
const USAGE = 'usage: server.js init|serve <agent.json>';

runProgram(async ([command, path], signal) => {
  if (!command || !path) {
    throw new OperatorError('the command or the path of agent.json is missing', USAGE, EXIT.usage);
  }
  switch (command) {
    case 'init':
      await init(await readConfig(path, SERVERS), signal);
      return EXIT.ok;
    case 'serve':
      await serve(await readConfig(path, SERVERS), signal);
      return EXIT.ok;
    default:
      throw new OperatorError(`command '${command}' is unknown`, USAGE, EXIT.usage);
  }
});
