/*
 * Actions outside of Kubernetes. Environment variables contain the commands.
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

/** Takes something away, and brings it back. */
export interface Switch {
  readonly off: (name?: string) => Promise<void>;
  readonly on: (name?: string) => Promise<void>;
}

/** Cuts the power of a node, and starts it again with the disks that it had. */
export function nodeSwitch(): Switch | undefined {
  return switchOf('E2E_NODE_OFF', 'E2E_NODE_ON');
}

/** Stops the API server, and starts it again. */
export function apiServerSwitch(): Switch | undefined {
  return switchOf('E2E_API_SERVER_OFF', 'E2E_API_SERVER_ON');
}

function switchOf(offName: string, onName: string): Switch | undefined {
  const { [offName]: off, [onName]: on } = process.env;
  return off && on ? { off: (name) => run(off, name), on: (name) => run(on, name) } : undefined;
}

/** A command may have arguments of its own, so a shell reads it. */
async function run(command: string, name?: string): Promise<void> {
  // Names of nodes are DNS names: nothing in them means something to a shell.
  await promisify(exec)(name === undefined ? command : `${command} ${name}`, { timeout: 600_000 });
}
