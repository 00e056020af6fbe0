import { CommandEdges } from '../../cli/edges';

const unexpected = async (): Promise<never> => {
  throw new Error('this command does not use files');
};

/** Effects of a command at the start of 2026, whose user is jane. Output is added to `lines`. */
export function commandEdges(
  kubectl: CommandEdges['kubectl'],
  lines: string[],
  change: Partial<CommandEdges> = {},
): CommandEdges {
  return {
    kubectl,
    print: (text) => lines.push(text),
    printError: (text) => lines.push(text),
    now: () => Date.UTC(2026, 0, 1),
    user: () => 'jane',
    pause: async () => undefined,
    readYaml: unexpected,
    readFile: unexpected,
    writeFile: unexpected,
    ...change,
  };
}
