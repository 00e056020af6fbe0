/*
 * What somebody asks for on the command line.
 */
import { parseArgs } from 'node:util';
import { FORCE_READY_ANNOTATION, FORCE_STOP_ANNOTATION } from '../lib/seam/agent-config';
import { parseDuration } from './force-request';
import { CommandError } from './command-error';

export const USAGE = `Usage:
  cdk8s-kafka force-ready --namespace NAMESPACE PODS --for DURATION --reason TEXT [--by NAME]
  cdk8s-kafka force-stop --namespace NAMESPACE --statefulset NAME --for DURATION --reason TEXT [--by NAME]
Both take --end in place of --for and --reason.

force-ready declares pods ready that are not, so that a rollout or a drain goes on.
force-stop lets the servers of a StatefulSet stop at once: partitions may stop taking writes.

PODS is one of
  --pod NAME                    one pod; may be repeated
  --cluster NAME --map NAME     all brokers of a map
  --cluster NAME --zone ZONE    all servers of a cluster, or of a ZooKeeper ensemble, whose nodes are in a zone

Options
  --for DURATION    how long, for example 30m or 1h30m
  --limit DURATION  maxForceDuration of the servers, which ignore what is longer; default: 4h, as theirs
  --reason TEXT     why; everybody sees it
  --by NAME         who; default: your login name
  --end             takes back what was asked for
  --context NAME    of kubectl; default: the current one
  --dry-run         changes nothing`;

/** The default of `maxForceDuration`. */
const DEFAULT_LIMIT = '4h';

/** People read it, in Events too, which hold 1024 characters. */
const MAX_TEXT_LENGTH = 500;

const OPTIONS = {
  namespace: { type: 'string', short: 'n' },
  pod: { type: 'string', multiple: true },
  cluster: { type: 'string' },
  map: { type: 'string' },
  zone: { type: 'string' },
  statefulset: { type: 'string' },
  for: { type: 'string' },
  limit: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  end: { type: 'boolean' },
  context: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof valuesIn>['values'];

/** Which objects are meant. */
export type TargetSelection =
  | { readonly kind: 'pods'; readonly names: readonly string[] }
  | { readonly kind: 'map'; readonly cluster: string; readonly map: string }
  | { readonly kind: 'zone'; readonly cluster: string; readonly zone: string }
  | { readonly kind: 'statefulset'; readonly name: string };

/** What is asked for. */
export interface Request {
  readonly command: 'force-ready' | 'force-stop';
  readonly annotation: string;
  readonly namespace: string;
  readonly selection: TargetSelection;
  /** Absent when it is taken back. */
  readonly forceRequest?: { readonly seconds: number; readonly by?: string; readonly reason: string };
  readonly context?: string;
  readonly isDryRun: boolean;
}

/**
 * Reads a command line.
 *
 * @throws Refusal when it makes no sense
 */
export function parseRequest(args: readonly string[]): Request | 'help' | 'nothing' {
  const { values, positionals, tokens } = valuesIn(args);
  if (args.length === 0) {
    return 'nothing';
  }
  if (values.help || positionals[0] === 'help') {
    return 'help';
  }
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const twice = given.find((name, index) => name !== 'pod' && given.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CommandError(`--${twice} is given twice; write it once`, true);
  }
  if (values.context !== undefined && !/^[^-\s]/.test(values.context)) {
    // To kubectl an empty name is the current context, whichever that is.
    throw new CommandError(`--context is '${values.context}'; write the name of one, or leave it out`, true);
  }
  const [command, ...rest] = positionals;
  if (command !== 'force-ready' && command !== 'force-stop') {
    throw new CommandError(`there is no command '${command ?? ''}'; write force-ready or force-stop`, true);
  }
  if (rest.length > 0) {
    throw new CommandError(`'${rest[0]}' belongs to no option; quote a reason of several words`, true);
  }
  for (const name of ['namespace', 'pod', 'cluster', 'map', 'zone', 'statefulset'] as const) {
    [values[name] ?? []].flat().forEach((value) => assertName(name, value));
  }
  return {
    command,
    annotation: command === 'force-ready' ? FORCE_READY_ANNOTATION : FORCE_STOP_ANNOTATION,
    namespace: requiredOption(values, 'namespace'),
    selection: command === 'force-ready' ? podSelection(values) : statefulSetSelection(values),
    forceRequest: forceRequestIn(values),
    context: values.context,
    isDryRun: values['dry-run'] === true,
  };
}

function valuesIn(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true });
  } catch (error) {
    // The rest is about words that start with a dash, and there are none.
    throw new CommandError(`${(error as Error).message.split('. ')[0]}; --help shows what there is`, true);
  }
}

/** Whatever else would be an option or a selector of `kubectl`. */
function assertName(option: string, value: string): void {
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value)) {
    throw new CommandError(`--${option} is '${value}', which nothing can be called; write a name`, true);
  }
}

function requiredOption(values: Values, name: 'namespace' | 'reason' | 'for'): string {
  const value = values[name]?.trim();
  if (!value) {
    throw new CommandError(`--${name} is missing; --help shows what there is`, true);
  }
  return value;
}

function podSelection({ pod, cluster, map, zone, statefulset }: Values): TargetSelection {
  const ways = [pod, map, zone].filter((way) => way !== undefined).length;
  if (statefulset !== undefined || ways !== 1 || (pod === undefined) !== (cluster !== undefined)) {
    throw new CommandError(
      'which pods is not clear; write --pod, or --cluster with --map, or --cluster with --zone',
      true,
    );
  }
  if (pod !== undefined) {
    return { kind: 'pods', names: [...new Set(pod)] };
  }
  return map !== undefined
    ? { kind: 'map', cluster: cluster ?? '', map }
    : { kind: 'zone', cluster: cluster ?? '', zone: zone ?? '' };
}

function statefulSetSelection({ statefulset: name, pod, cluster, map, zone }: Values): TargetSelection {
  if (!name || [pod, cluster, map, zone].some((way) => way !== undefined)) {
    throw new CommandError(
      'force-stop is for all servers of a StatefulSet; write --statefulset, and no pods',
      true,
    );
  }
  return { kind: 'statefulset', name };
}

function forceRequestIn(values: Values): Request['forceRequest'] {
  if (values.end) {
    const other = (['for', 'limit', 'reason', 'by'] as const).find((name) => values[name] !== undefined);
    if (other !== undefined) {
      throw new CommandError(`--end takes back what was asked for; leave out --${other}, or --end`, true);
    }
    return undefined;
  }
  const reason = checkedText('reason', requiredOption(values, 'reason'));
  const by = values.by === undefined ? undefined : checkedName(values.by);
  const seconds = parseDuration('for', requiredOption(values, 'for'));
  const limit = values.limit ?? DEFAULT_LIMIT;
  if (seconds > parseDuration('limit', limit)) {
    const mend = `write ${limit} or less, or the maxForceDuration of the servers as --limit`;
    throw new CommandError(`--for is '${values.for}', and the servers ignore more than ${limit}; ${mend}`, true);
  }
  return { seconds, by, reason };
}

/**
 * Who demands something.
 *
 * @throws Refusal when agents could not read it
 */
export function checkedName(by: string): string {
  const name = checkedText('by', by.trim());
  if (name === '' || name.includes(';')) {
    throw new CommandError(`--by is '${name}'; write a name, without ';'`, true);
  }
  return name;
}

/** The kubelet shows annotations to pods in a way in which agents could not read anything else. */
function checkedText(option: string, text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw new CommandError(
      `--${option} has control characters, perhaps colours; write plain text in one line`,
      true,
    );
  }
  if (text.length > MAX_TEXT_LENGTH) {
    throw new CommandError(`--${option} has ${text.length} characters; write ${MAX_TEXT_LENGTH} or less`, true);
  }
  return text;
}
