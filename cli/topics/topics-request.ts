/*
 * Parser of `cdk8s-kafka topics`.
 */
import { parseArgs } from 'node:util';
import { CommandError } from '../command-error';

/** Usage of the topics commands. */
export const TOPICS_USAGE = `Usage:
  cdk8s-kafka topics plan -n NAMESPACE --cluster NAME [--manifests FOLDER] [--snapshot FILE] [--save FILE]
                          [--reassignments FILE] [--output json]
  cdk8s-kafka topics apply -n NAMESPACE --cluster NAME [--plan FILE]
  cdk8s-kafka topics snapshot -n NAMESPACE --cluster NAME --save FILE

plan shows what the topic synchronization would change. It exits with 0 if topics are as declared, and with 2 if not.
apply runs the topic synchronization once. With --plan it makes the changes of that plan, or none if anything has changed since.
snapshot saves the state of the topics, so that plan works without access to the cluster.

Options
  -n, --namespace     namespace of the cluster
  --cluster NAME      name of the cluster
  --manifests FOLDER  synthesized YAML with the declared topics; default: what is applied to the cluster
  --snapshot FILE     state that 'topics snapshot' has saved; default: the state of the cluster now
  --save FILE         file to write
  --reassignments FILE
                      file for the reassignments of the plan, in the form of kafka-reassign-partitions.sh --reassignment-json-file
  --plan FILE         plan that 'topics plan --save' has written
  --output json       prints the plan as JSON
  --context NAME      context of kubectl; default: the current context
  -h, --help          this text`;

const OPTIONS = {
  namespace: { type: 'string', short: 'n' },
  cluster: { type: 'string' },
  manifests: { type: 'string' },
  snapshot: { type: 'string' },
  save: { type: 'string' },
  reassignments: { type: 'string' },
  plan: { type: 'string' },
  output: { type: 'string' },
  context: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof valuesIn>['values'];
type OptionName = Exclude<keyof Values, 'help'>;

/** Cluster that a command is about. */
interface Target {
  readonly namespace: string;
  readonly cluster: string;
  readonly context?: string;
}

/** Parsed command line. */
export type TopicsRequest =
  | { readonly command: 'help' }
  | (Target & {
      readonly command: 'plan';
      readonly manifests?: string;
      readonly snapshot?: string;
      readonly save?: string;
      readonly reassignments?: string;
      readonly isJson: boolean;
    })
  | (Target & { readonly command: 'apply'; readonly plan?: string })
  | (Target & { readonly command: 'snapshot'; readonly save: string });

type Command = Exclude<TopicsRequest['command'], 'help'>;

const ALLOWED: Readonly<Record<Command, readonly OptionName[]>> = {
  plan: ['namespace', 'cluster', 'context', 'manifests', 'snapshot', 'save', 'reassignments', 'output'],
  apply: ['namespace', 'cluster', 'context', 'plan'],
  snapshot: ['namespace', 'cluster', 'context', 'save'],
};

const FILE_OPTIONS = ['manifests', 'snapshot', 'save', 'reassignments', 'plan'] as const;

/**
 * Parses the arguments after `topics`.
 *
 * @throws CommandError if they are invalid
 */
export function parseTopicsRequest(args: readonly string[]): TopicsRequest {
  const { values, positionals, tokens } = valuesIn(args);
  const [command, ...rest] = positionals;
  if (values.help || command === 'help') {
    return { command: 'help' };
  }
  if (command === undefined) {
    throw usage(
      'the command after topics is missing; use plan, apply or snapshot, and see cdk8s-kafka topics --help',
    );
  }
  if (!isCommand(command)) {
    throw usage(`unknown command 'topics ${command}'; use topics plan, topics apply or topics snapshot`);
  }
  if (rest.length > 0) {
    throw usage(`unexpected argument '${rest[0]}'; see cdk8s-kafka topics --help`);
  }
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name as OptionName] : []));
  given.forEach((name, index) => assertOption(command, name, given.indexOf(name) !== index));
  FILE_OPTIONS.forEach((option) => assertFile(option, values[option]));
  const target: Target = {
    namespace: name(values, 'namespace'),
    cluster: name(values, 'cluster'),
    context: contextIn(values),
  };
  return requestOf(command, target, values);
}

function requestOf(command: Command, target: Target, values: Values): TopicsRequest {
  switch (command) {
    case 'plan': {
      const { manifests, snapshot, save, reassignments, output } = values;
      if (output !== undefined && output !== 'json' && output !== 'text') {
        throw usage(`--output is '${output}'; use 'text' or 'json'`);
      }
      return { command, ...target, manifests, snapshot, save, reassignments, isJson: output === 'json' };
    }
    case 'apply':
      return { command, ...target, plan: values.plan };
    case 'snapshot':
      if (values.save === undefined) {
        throw usage('--save is missing; set it to the file for the snapshot');
      }
      return { command, ...target, save: values.save };
  }
}

function isCommand(command: string): command is Command {
  return Object.hasOwn(ALLOWED, command);
}

function assertOption(command: Command, option: OptionName, isRepeated: boolean): void {
  if (isRepeated) {
    throw usage(`--${option} is set twice; set it once`);
  }
  if (!ALLOWED[command].includes(option)) {
    throw usage(`--${option} is no option of 'topics ${command}'; see cdk8s-kafka topics --help`);
  }
}

/** An empty value is usually a variable of a script that is not set. */
function assertFile(option: OptionName, value: string | undefined): void {
  if (value === '') {
    throw usage(
      `--${option} is empty; set it to ${option === 'manifests' ? 'a folder' : 'a file'}, or omit it`,
    );
  }
}

function name(values: Values, option: 'namespace' | 'cluster'): string {
  const value = values[option];
  if (!value) {
    throw usage(`--${option} is missing; see cdk8s-kafka topics --help`);
  }
  // Other values would be options or selectors of kubectl.
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value)) {
    throw usage(`--${option} is '${value}', which is not a valid name (lower-case letters, digits, '-')`);
  }
  return value;
}

function contextIn({ context }: Values): string | undefined {
  // kubectl uses the current context if the name is empty.
  if (context !== undefined && !/^[^-\s]/.test(context)) {
    throw usage(`--context is '${context}'; set it to the name of a context, or omit it`);
  }
  return context;
}

function valuesIn(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true });
  } catch (error) {
    // The rest of the message repeats the arguments, and is about those that start with a dash.
    const [found] = (error as Error).message.split(/\.\s/);
    throw usage(`${found.replace(/\.$/, '')}; see cdk8s-kafka topics --help`);
  }
}

function usage(message: string): CommandError {
  return new CommandError(message, 'usage');
}
