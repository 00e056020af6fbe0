/* The command with a fake kubectl that returns objects of a cluster. */
import { main } from '../../cli/main';

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
  const code = await main([...line.split(' '), ...(reason === undefined ? [] : ['--reason', reason])], {
    kubectl: async (args) => {
      if (args.includes('annotate')) {
        changes.push([...args]);
      }
      return JSON.stringify({ items: args.includes('pods') ? objects.pods : objects.statefulsets });
    },
    print: (text) => lines.push(text),
    printError: (text) => lines.push(text),
    now: () => Date.UTC(2026, 0, 1),
    user: () => 'jane',
  });
  return { code, lines, changes };
}
