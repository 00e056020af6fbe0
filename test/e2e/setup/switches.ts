/*
 * Actions outside of Kubernetes. Environment variables contain the commands.
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

/** Stops something and starts it again. */
export interface Switch {
  readonly off: (...names: readonly string[]) => Promise<void>;
  readonly on: (...names: readonly string[]) => Promise<void>;
}

/** Powers a node off and on. The node keeps its disks. */
export function nodeSwitch(): Switch | undefined {
  return switchOf('E2E_NODE_OFF', 'E2E_NODE_ON');
}

/** Unmounts and mounts a local volume of a node. The names are the node and the path of the volume on it. */
export function diskSwitch(): Switch | undefined {
  return switchOf('E2E_DISK_UNMOUNT', 'E2E_DISK_MOUNT');
}

/**
 * Removes a node with its disks; another one joins its zone.
 *
 * @throws if there is no command for it
 */
export async function replaceNode(name: string): Promise<void> {
  const { E2E_NODE_REPLACE: command } = process.env;
  if (!command) {
    throw new Error('nodes cannot be replaced: set E2E_NODE_REPLACE');
  }
  await run(command, [name]);
}

/** Stops and starts the API server. */
export function apiServerSwitch(): Switch | undefined {
  return switchOf('E2E_API_SERVER_OFF', 'E2E_API_SERVER_ON');
}

function switchOf(offName: string, onName: string): Switch | undefined {
  const { [offName]: off, [onName]: on } = process.env;
  return off && on ? { off: (...names) => run(off, names), on: (...names) => run(on, names) } : undefined;
}

/** A command can contain arguments, so a shell runs it. */
async function run(command: string, names: readonly string[]): Promise<void> {
  // Names of nodes and paths of volumes need no shell escapes.
  await promisify(exec)([command, ...names].join(' '), { timeout: 600_000 });
}
