/* The command with a fake kubectl that returns objects of a cluster. */
import { main } from '../../cli/main';
import { commandEdges } from './command-edges';

/** Objects by their kind, as kubectl returns them. */
export type Objects = Readonly<Record<'pods' | 'statefulsets', readonly object[]>>;

/** Result of a command. */
export interface CommandRun {
  readonly code: number;
  readonly lines: readonly string[];
  /** Arguments of each `kubectl annotate`. */
  readonly changes: readonly (readonly string[])[];
}

/** Runs a command line, with a reason that can have several words. */
export async function runCommand(objects: Objects, line: string, reason?: string): Promise<CommandRun> {
  const lines: string[] = [];
  const changes: string[][] = [];
  const kubectl = async (args: readonly string[]) => {
    if (args.includes('annotate')) {
      changes.push([...args]);
    }
    return JSON.stringify({ items: args.includes('pods') ? objects.pods : objects.statefulsets });
  };
  const args = [...line.split(' '), ...(reason === undefined ? [] : ['--reason', reason])];
  const code = await main(args, commandEdges(kubectl, lines));
  return { code, lines, changes };
}
