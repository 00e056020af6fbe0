/*
 * The program that issues certificates. It is one of its own since the library that makes them is large.
 */
import { runAuthority } from './authority/authority-loop';
import { readConfig } from './runtime/config';
import { EXIT, OperatorError } from './runtime/errors';
import { runProgram } from './runtime/program';

runProgram(async ([path], signal) => {
  if (!path) {
    throw new OperatorError('a file is needed', 'usage: authority <agent.json>', EXIT.usage);
  }
  await runAuthority(await readConfig(path, ['authority']), signal);
  return EXIT.ok;
});
