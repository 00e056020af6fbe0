/*
 * Actions outside of Kubernetes. Environment variables contain the commands.
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

/** Stops something and starts it again. */
export interface Switch {
  readonly off: (name?: string) => Promise<void>;
  readonly on: (name?: string) => Promise<void>;
}

/** Powers a node off and on. The node keeps its disks. */
export function nodeSwitch(): Switch | undefined {
  return switchOf('E2E_NODE_OFF', 'E2E_NODE_ON');
}

/** Stops and starts the API server. */
export function apiServerSwitch(): Switch | undefined {
  return switchOf('E2E_API_SERVER_OFF', 'E2E_API_SERVER_ON');
}

function switchOf(offName: string, onName: string): Switch | undefined {
  const { [offName]: off, [onName]: on } = process.env;
  return off && on ? { off: (name) => run(off, name), on: (name) => run(on, name) } : undefined;
}

/** A command can contain arguments, so a shell runs it. */
async function run(command: string, name?: string): Promise<void> {
  // Node names are DNS names, so they need no shell escapes.
  await promisify(exec)(name === undefined ? command : `${command} ${name}`, { timeout: 600_000 });
}
