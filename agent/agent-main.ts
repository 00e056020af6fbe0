/*
 * The program of the container `agent` in pods of brokers, controllers and ZooKeeper servers.
 */
import { SERVER_ROLES } from './runtime/config';
import { runProgram } from './runtime/program';
import { serve } from './serve/serve';

runProgram('agent.mjs', SERVER_ROLES, serve);
