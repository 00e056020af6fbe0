/*
 * Actions outside of Kubernetes. Environment variables contain the commands, and the tests append the arguments.
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

/** Environment variables, with what their commands do. */
export const OUTSIDE_COMMANDS = {
  E2E_NODE_OFF: 'powers off the node NAME',
  E2E_NODE_ON: 'powers on the node NAME',
  E2E_NODE_REPLACE: 'removes the node NAME with its disks, while another one joins its zone',
  E2E_DISK_UNMOUNT: 'unmounts the local volume at PATH of the node NAME',
  E2E_DISK_MOUNT: 'mounts the local volume at PATH of the node NAME again',
  E2E_DISK_READ_ONLY: 'makes the local volume at PATH of the node NAME read-only',
  E2E_DISK_READ_WRITE: 'makes the local volume at PATH of the node NAME writable again',
  E2E_DISK_FILL: 'fills the local volume at PATH of the node NAME to PERCENT, and frees the space with 0',
  E2E_NODE_LIMIT: 'limits the network of the node NAME to RATE, such as 100mbit, and ends it with none',
  E2E_DISKS_RECYCLE: 'wipes all local volumes whose claims are gone, and makes them available',
  E2E_CLUSTER_REBUILD: 'replaces the Kubernetes cluster by a new one with nodes of the same names and disks',
  E2E_API_SERVER_OFF: 'stops the API server',
  E2E_API_SERVER_ON: 'starts the API server',
} as const;

/** An environment variable with a command. */
export type OutsideCommand = keyof typeof OUTSIDE_COMMANDS;

/** True if there is a command. */
export function hasCommand(name: OutsideCommand): boolean {
  return Boolean(process.env[name]);
}

/** Missing commands, each with the steps that need it. */
export function missingCommands(
  needs: ReadonlyMap<OutsideCommand, readonly string[]>,
  isThere: (name: OutsideCommand) => boolean = hasCommand,
): string[] {
  return [...needs]
    .filter(([name]) => !isThere(name))
    .map(
      ([name, steps]) =>
        `${name} is not set, and ${steps.map((step) => `'${step}'`).join(', ')} need it: set it to a command that ` +
        `${OUTSIDE_COMMANDS[name]}, or select other steps`,
    );
}

/**
 * Runs a command.
 *
 * @throws if there is none, which the preflight also checks
 */
export async function outside(name: OutsideCommand, ...args: readonly (string | number)[]): Promise<void> {
  const { [name]: command } = process.env;
  if (!command) {
    throw new Error(`${name} is not set to a command that ${OUTSIDE_COMMANDS[name]}`);
  }
  // A command can contain arguments, so a shell runs it. Names of nodes and paths of volumes need no shell escapes.
  await promisify(exec)([command, ...args].join(' '), { timeout: 600_000 });
}
