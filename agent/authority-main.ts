/*
 * The program of the Deployment that issues certificates.
 */
import { runAuthority } from './authority/authority-loop';
import { runProgram } from './runtime/program';

runProgram('authority.mjs', ['authority'], runAuthority);
