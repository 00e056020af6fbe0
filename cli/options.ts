/*
 * Options that several commands have.
 */
import { ParseArgsConfig, parseArgs } from 'node:util';
import { CommandError } from './command-error';

/** Options of a command that reads a cluster. */
export const CLUSTER_OPTIONS = {
  namespace: { type: 'string', short: 'n' },
  cluster: { type: 'string' },
  output: { type: 'string' },
  context: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Values of `CLUSTER_OPTIONS`. */
type ClusterValues = {
  readonly [name in Exclude<keyof typeof CLUSTER_OPTIONS, 'help'>]?: string;
};

/** Cluster that a command is about. */
export interface Target {
  readonly namespace: string;
  readonly cluster: string;
  readonly context?: string;
}

/**
 * Parses the arguments of a command.
 *
 * @param help command that prints the usage
 * @throws CommandError if an option is unknown or has no value
 */
export function optionsIn<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  help: string,
) {
  const parse = () => parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    // The rest of the message repeats the arguments, and is about those that start with a dash.
    const [found] = (error as Error).message.split(/\.\s/);
    throw usage(`${found.replace(/\.$/, '')}; see ${help}`);
  }
  const { values, positionals, tokens } = parsed;
  return {
    values,
    positionals,
    given: tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
  };
}

/**
 * Returns the cluster that a command is about.
 *
 * @throws CommandError if a name is missing or not valid
 */
export function targetIn(values: ClusterValues, help: string): Target {
  return {
    namespace: nameIn('namespace', values.namespace, help),
    cluster: nameIn('cluster', values.cluster, help),
    context: contextIn(values.context),
  };
}

/** @throws CommandError if an option is set twice */
export function assertOnce(given: readonly string[]): void {
  const repeated = given.find((name, index) => given.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw usage(`--${repeated} is set twice; set it once`);
  }
}

/**
 * Returns the name of an object of Kubernetes.
 *
 * @throws CommandError if it is missing or not valid
 */
export function nameIn(option: string, value: string | undefined, help: string): string {
  if (!value) {
    throw usage(`--${option} is missing; see ${help}`);
  }
  // Other values would be options or selectors of kubectl.
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value)) {
    throw usage(`--${option} is '${value}', which is not a valid name (lower-case letters, digits, '-')`);
  }
  return value;
}

/**
 * True for `--output json`.
 *
 * @throws CommandError if the format is unknown
 */
export function isJsonIn({ output }: ClusterValues): boolean {
  if (output !== undefined && output !== 'json' && output !== 'text') {
    throw usage(`--output is '${output}'; use 'text' or 'json'`);
  }
  return output === 'json';
}

/**
 * Returns the context of kubectl.
 *
 * @throws CommandError if it is not the name of a context
 */
export function contextIn(context: string | undefined): string | undefined {
  // kubectl uses the current context if the name is empty.
  if (context !== undefined && !/^[^-\s]/.test(context)) {
    throw usage(`--context is '${context}'; set it to the name of a context, or omit it`);
  }
  return context;
}

/** Returns an error of the command line. */
export function usage(message: string): CommandError {
  return new CommandError(message, 'usage');
}
