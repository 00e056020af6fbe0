/*
 * Parser of the command line.
 */
import {
  ACCEPT_DATA_LOSS_ANNOTATION,
  FORCE_READY_ANNOTATION,
  FORCE_STOP_ANNOTATION,
  ZONE_LABEL,
} from '../lib/seam/agent-config';
import { parseDuration } from './force-request';
import { CommandError } from './command-error';
import { contextIn, optionsIn } from './options';

export const USAGE = `Usage:
  cdk8s-kafka force-ready -n NAMESPACE PODS --for DURATION --reason TEXT [--by NAME]
  cdk8s-kafka force-stop -n NAMESPACE --statefulset NAME --for DURATION --reason TEXT [--by NAME]
  cdk8s-kafka accept-data-loss -n NAMESPACE --pod NAME --for DURATION --reason TEXT [--by NAME]
  cdk8s-kafka brokers -n NAMESPACE --cluster NAME; see cdk8s-kafka brokers --help
  cdk8s-kafka topics plan|apply|snapshot -n NAMESPACE --cluster NAME; see cdk8s-kafka topics --help
The first three accept --end instead of --for and --reason.

force-ready marks pods as ready that are not, so that a rollout or drain continues.
force-stop lets the servers of a StatefulSet stop at once. Partitions may become unavailable for writes.
accept-data-loss lets a server start whose disk was lost, although its data may have no other copy. It is valid for one loss.

PODS is one of
  --pod NAME                    one pod; can be repeated
  --cluster NAME --map NAME     all brokers of a map
  --cluster NAME --zone ZONE    all servers of a cluster, or of a ZooKeeper ensemble, whose nodes are in a zone

Options
  -n, --namespace   namespace of the cluster
  --statefulset     StatefulSet of a map, of the controllers or of a ZooKeeper ensemble
  --for DURATION    duration of the override, for example 30m or 1h30m
  --limit DURATION  maxForceDuration of the servers, which ignore longer requests; default: 4h, as in the library
  --reason TEXT     reason, visible in Events and logs
  --by NAME         your name; default: your login name
  --end             removes the override or the acceptance
  --zone-label KEY  zoneLabel of the node group; default: topology.kubernetes.io/zone
  --context NAME    context of kubectl; default: the current context
  --dry-run         validates the request without changes
  -h, --help        this text`;

/** The kubelet updates the annotations in a pod after up to 90 seconds. */
const LEAST = '5m';

/** The default of `maxForceDuration`. */
const DEFAULT_LIMIT = '4h';

/** The text is part of Events, which are limited to 1024 characters. */
const MAX_TEXT_LENGTH = 500;

const OPTIONS = {
  namespace: { type: 'string', short: 'n' },
  pod: { type: 'string', multiple: true },
  cluster: { type: 'string' },
  map: { type: 'string' },
  zone: { type: 'string' },
  'zone-label': { type: 'string' },
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

type Values = ReturnType<typeof optionsIn<typeof OPTIONS>>['values'];

/** Selected objects. */
export type TargetSelection =
  | { readonly kind: 'pods'; readonly names: readonly string[] }
  | { readonly kind: 'map'; readonly cluster: string; readonly map: string }
  | { readonly kind: 'zone'; readonly cluster: string; readonly zone: string; readonly zoneLabel: string }
  | { readonly kind: 'statefulset'; readonly name: string };

type Command = 'force-ready' | 'force-stop' | 'accept-data-loss';

const ANNOTATIONS: Readonly<Record<Command, string>> = {
  'force-ready': FORCE_READY_ANNOTATION,
  'force-stop': FORCE_STOP_ANNOTATION,
  'accept-data-loss': ACCEPT_DATA_LOSS_ANNOTATION,
};

/** Parsed command line. */
export interface Request {
  readonly command: Command;
  readonly annotation: string;
  readonly namespace: string;
  readonly selection: TargetSelection;
  /** Absent with --end. */
  readonly forceRequest?: { readonly seconds: number; readonly by?: string; readonly reason: string };
  readonly context?: string;
  readonly isDryRun: boolean;
}

/**
 * Parses a command line.
 *
 * @throws CommandError if the command line is invalid
 */
export function parseRequest(args: readonly string[]): Request | 'help' | 'nothing' {
  const { values, positionals, given } = optionsIn(args, OPTIONS, '--help');
  if (args.length === 0) {
    return 'nothing';
  }
  if (values.help || positionals[0] === 'help') {
    return 'help';
  }
  const repeated = given.find((name, index) => name !== 'pod' && given.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new CommandError(`--${repeated} is set twice; set it once`, 'usage');
  }
  const context = contextIn(values.context);
  const [command, ...rest] = positionals;
  if (!isCommand(command)) {
    throw new CommandError(
      `unknown command '${command ?? ''}'; use ${[...Object.keys(ANNOTATIONS), 'brokers', 'topics'].join(', ')}`,
      'usage',
    );
  }
  if (rest.length > 0) {
    throw new CommandError(
      `unexpected argument '${rest[0]}'; quote a reason that has several words`,
      'usage',
    );
  }
  for (const name of ['namespace', 'pod', 'cluster', 'map', 'zone', 'statefulset'] as const) {
    [values[name] ?? []].flat().forEach((value) => assertName(name, value));
  }
  const zoneLabel = zoneLabelIn(values);
  return {
    command,
    annotation: ANNOTATIONS[command],
    namespace: requiredOption(values, 'namespace'),
    selection: SELECTIONS[command](values, zoneLabel),
    forceRequest: forceRequestIn(command, values),
    context,
    isDryRun: values['dry-run'] === true,
  };
}

function isCommand(command: string | undefined): command is Command {
  return command !== undefined && Object.hasOwn(ANNOTATIONS, command);
}

/** Other values would be options or selectors of `kubectl`. */
function assertName(option: string, value: string): void {
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value)) {
    throw new CommandError(
      `--${option} is '${value}', which is not a valid name (letters, digits, '.', '_', '-')`,
      'usage',
    );
  }
}

function requiredOption(values: Values, name: 'namespace' | 'reason' | 'for'): string {
  const value = values[name]?.trim();
  if (!value) {
    throw new CommandError(`--${name} is missing; see --help`, 'usage');
  }
  return value;
}

function zoneLabelIn({ zone, 'zone-label': label }: Values): string {
  if (label !== undefined && zone === undefined) {
    throw new CommandError('--zone-label is set without --zone; add --zone, or omit it', 'usage');
  }
  if (label !== undefined && !/^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(label)) {
    throw new CommandError(`--zone-label is '${label}', which is not a valid label key`, 'usage');
  }
  return label ?? ZONE_LABEL;
}

function podSelection({ pod, cluster, map, zone, statefulset }: Values, zoneLabel: string): TargetSelection {
  const selectors = [pod, map, zone].filter((value) => value !== undefined).length;
  if (statefulset !== undefined || selectors !== 1 || (pod === undefined) !== (cluster !== undefined)) {
    throw new CommandError(
      'the selection of pods is ambiguous or missing; use --pod, or --cluster with --map, or --cluster with --zone',
      'usage',
    );
  }
  if (pod !== undefined) {
    return { kind: 'pods', names: [...new Set(pod)] };
  }
  return map !== undefined
    ? { kind: 'map', cluster: cluster ?? '', map }
    : { kind: 'zone', cluster: cluster ?? '', zone: zone ?? '', zoneLabel };
}

function statefulSetSelection({ statefulset: name, pod, cluster, map, zone }: Values): TargetSelection {
  if (!name || [pod, cluster, map, zone].some((value) => value !== undefined)) {
    throw new CommandError(
      'force-stop applies to all servers of a StatefulSet; use --statefulset, without a selection of pods',
      'usage',
    );
  }
  return { kind: 'statefulset', name };
}

/** Selects pods by name only: each loss has to be accepted by itself. */
function namedPodSelection({ pod, cluster, map, zone, statefulset }: Values): TargetSelection {
  if (pod === undefined || [cluster, map, zone, statefulset].some((value) => value !== undefined)) {
    throw new CommandError(
      'accept-data-loss applies to single pods; use --pod, without another selection',
      'usage',
    );
  }
  return { kind: 'pods', names: [...new Set(pod)] };
}

const SELECTIONS: Readonly<Record<Command, (values: Values, zoneLabel: string) => TargetSelection>> = {
  'force-ready': podSelection,
  'force-stop': statefulSetSelection,
  'accept-data-loss': namedPodSelection,
};

function forceRequestIn(command: Command, values: Values): Request['forceRequest'] {
  if (values.end) {
    const other = (['for', 'limit', 'reason', 'by'] as const).find((name) => values[name] !== undefined);
    if (other !== undefined) {
      throw new CommandError(`--end removes the override and cannot be combined with --${other}`, 'usage');
    }
    return undefined;
  }
  const reason = checkedText('reason', requiredOption(values, 'reason'));
  const by = values.by === undefined ? undefined : checkedName(values.by);
  const seconds = parseDuration('for', requiredOption(values, 'for'));
  const limit = values.limit ?? DEFAULT_LIMIT;
  if (seconds > parseDuration('limit', limit)) {
    const hint = `use ${limit} or less, or set --limit to the maxForceDuration of the servers`;
    throw new CommandError(
      `--for is '${values.for}', and the servers ignore requests longer than ${limit}; ${hint}`,
      'usage',
    );
  }
  if (command !== 'force-stop' && seconds < parseDuration('for', LEAST)) {
    throw new CommandError(
      `--for is '${values.for}', and pods receive the request after up to 90 seconds; use ${LEAST} or more`,
      'usage',
    );
  }
  return { seconds, by, reason };
}

/**
 * Validates the name of the person who makes a request.
 *
 * @throws CommandError if agents could not parse the name
 */
export function checkedName(by: string): string {
  const name = checkedText('by', by.trim());
  if (name === '' || name.includes(';')) {
    throw new CommandError(`--by is '${name}'; use your name, without ';'`, 'usage');
  }
  return name;
}

/** Agents read annotations through the downward API, whose format they can parse only without control characters. */
function checkedText(option: string, text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw new CommandError(
      `--${option} contains control characters, such as colors; use plain text on one line`,
      'usage',
    );
  }
  if (text.length > MAX_TEXT_LENGTH) {
    throw new CommandError(
      `--${option} has ${text.length} characters; the maximum is ${MAX_TEXT_LENGTH}`,
      'usage',
    );
  }
  return text;
}
