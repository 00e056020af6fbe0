/*
 * Parser of `cdk8s-kafka topics`.
 */
import { CLUSTER_OPTIONS, Target, assertOnce, isJsonIn, optionsIn, targetIn, usage } from '../options';

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

const HELP = 'cdk8s-kafka topics --help';

const OPTIONS = {
  ...CLUSTER_OPTIONS,
  manifests: { type: 'string' },
  snapshot: { type: 'string' },
  save: { type: 'string' },
  reassignments: { type: 'string' },
  plan: { type: 'string' },
} as const;

type OptionName = Exclude<keyof typeof OPTIONS, 'help'>;
type Values = { readonly [name in OptionName]?: string };

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
  const { values, positionals, given } = optionsIn(args, OPTIONS, HELP);
  const [command, ...rest] = positionals;
  if (values.help || command === 'help') {
    return { command: 'help' };
  }
  if (command === undefined) {
    throw usage(`the command after topics is missing; use plan, apply or snapshot, and see ${HELP}`);
  }
  if (!isCommand(command)) {
    throw usage(`unknown command 'topics ${command}'; use topics plan, topics apply or topics snapshot`);
  }
  if (rest.length > 0) {
    throw usage(`unexpected argument '${rest[0]}'; see ${HELP}`);
  }
  assertOnce(given);
  given.forEach((name) => assertOption(command, name as OptionName));
  FILE_OPTIONS.forEach((option) => assertFile(option, values[option]));
  return requestOf(command, targetIn(values, HELP), values);
}

function requestOf(command: Command, target: Target, values: Values): TopicsRequest {
  switch (command) {
    case 'plan': {
      const { manifests, snapshot, save, reassignments } = values;
      return { command, ...target, manifests, snapshot, save, reassignments, isJson: isJsonIn(values) };
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

function assertOption(command: Command, option: OptionName): void {
  if (!ALLOWED[command].includes(option)) {
    throw usage(`--${option} is no option of 'topics ${command}'; see ${HELP}`);
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
