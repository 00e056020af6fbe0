/*
 * The program that issues certificates. It is one of its own since the library that makes them is large.
 */
import { authority } from './authority/authority';
import { readConfig } from './config';
import { EXIT, OperatorError } from './errors';
import { runProgram } from './program';

runProgram(async ([path], signal) => {
  if (!path) {
    throw new OperatorError('a file is needed', 'usage: authority <agent.json>', EXIT.usage);
  }
  await authority(await readConfig(path, ['authority']), signal);
  return EXIT.ok;
});
