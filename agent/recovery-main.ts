/*
 * The program of the Deployment that frees servers whose node is gone.
 */
import { runRecovery } from './recovery/recovery-loop';
import { runProgram } from './runtime/program';

runProgram('recovery.mjs', ['recovery'], runRecovery);
