/*
 * The program of the Jobs of the topic synchronization.
 */
import { runProgram } from './runtime/program';
import { printSnapshot } from './topics/snapshot/print-snapshot';
import { syncTopics } from './topics/sync';
import { topicsCommand } from './topics/command';

const command = topicsCommand(process.argv.slice(3));

runProgram('topics.mjs', ['topics'], (config, signal) =>
  command.kind === 'snapshot' ? printSnapshot(config) : syncTopics(config, signal, command),
);
