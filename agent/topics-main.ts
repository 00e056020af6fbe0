/*
 * The program of the Job that creates topics.
 */
import { readConfig } from './runtime/config';
import { EXIT, OperatorError } from './runtime/errors';
import { runProgram } from './runtime/program';
import { syncTopics } from './topics/sync';

runProgram(async ([path], signal) => {
  if (!path) {
    throw new OperatorError('the path of agent.json is missing', 'usage: topics.js <agent.json>', EXIT.usage);
  }
  return syncTopics(await readConfig(path, ['topics']), signal);
});
