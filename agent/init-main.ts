/*
 * The program of the first init container in pods of brokers, controllers and ZooKeeper servers.
 */
import { init } from './identity/init';
import { SERVER_ROLES } from './runtime/config';
import { runProgram } from './runtime/program';

runProgram('init.mjs', SERVER_ROLES, init);
