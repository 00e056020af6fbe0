/*
 * The program of the Jobs of the topic synchronization.
 */
import { runProgram } from './runtime/program';
import { printSnapshot } from './topics/snapshot/print-snapshot';
import { syncTopics } from './topics/sync';
import { topicsCommand } from './topics/command';

runProgram('topics.mjs', ['topics'], (config, signal) => {
  const command = topicsCommand(process.argv.slice(3));
  return command.kind === 'snapshot' ? printSnapshot(config) : syncTopics(config, signal, command);
});
