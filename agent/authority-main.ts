/*
 * The program of the Deployment that issues certificates.
 */
import { runAuthority } from './authority/authority-loop';
import { readConfig } from './runtime/config';
import { EXIT, OperatorError } from './runtime/errors';
import { runProgram } from './runtime/program';

runProgram(async ([path], signal) => {
  if (!path) {
    throw new OperatorError(
      'the path of agent.json is missing',
      'usage: authority.js <agent.json>',
      EXIT.usage,
    );
  }
  await runAuthority(await readConfig(path, ['authority']), signal);
  return EXIT.ok;
});
