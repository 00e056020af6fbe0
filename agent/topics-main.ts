/*
 * The program of the Job that creates topics.
 */
import { runProgram } from './runtime/program';
import { syncTopics } from './topics/sync';

runProgram('topics.mjs', ['topics'], syncTopics);
