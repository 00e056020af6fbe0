/*
 * Parser of `cdk8s-kafka brokers`.
 */
import {
  CLUSTER_OPTIONS,
  Target,
  assertOnce,
  isJsonIn,
  nameIn,
  optionsIn,
  targetIn,
  usage,
} from '../options';

/** Usage of the command. */
export const BROKERS_USAGE = `Usage:
  cdk8s-kafka brokers -n NAMESPACE --cluster NAME [--map NAME] [--broker ID] [--output json]

Shows where each broker is, and since when: its node, its zone, its volumes, and the number of its earlier locations.
With --broker it shows the earlier locations of one broker. Brokers that are not ready show why, and how much they have to replicate,
if you may run commands in their pods (pods/exec).

Options
  -n, --namespace     namespace of the cluster
  --cluster NAME      name of the cluster
  --map NAME          brokers of one map only
  --broker ID         one broker only
  --output json       prints JSON, with the ids of the disks and all earlier locations
  --context NAME      context of kubectl; default: the current context
  -h, --help          this text`;

const HELP = 'cdk8s-kafka brokers --help';

const OPTIONS = { ...CLUSTER_OPTIONS, map: { type: 'string' }, broker: { type: 'string' } } as const;

/** Parsed command line. */
export interface BrokersRequest extends Target {
  readonly map?: string;
  readonly broker?: number;
  readonly isJson: boolean;
}

/**
 * Parses the arguments after `brokers`.
 *
 * @throws CommandError if they are invalid
 */
export function parseBrokersRequest(args: readonly string[]): BrokersRequest | 'help' {
  const { values, positionals, given } = optionsIn(args, OPTIONS, HELP);
  if (values.help || positionals[0] === 'help') {
    return 'help';
  }
  if (positionals.length > 0) {
    throw usage(`unexpected argument '${positionals[0]}'; see ${HELP}`);
  }
  assertOnce(given);
  const { map, broker } = values;
  if (broker !== undefined && !/^\d{1,10}$/.test(broker)) {
    throw usage(`--broker is '${broker}'; set it to the id of a broker, such as 1001`);
  }
  return {
    ...targetIn(values, HELP),
    ...(map === undefined ? {} : { map: nameIn('map', map, HELP) }),
    ...(broker === undefined ? {} : { broker: Number(broker) }),
    isJson: isJsonIn(values),
  };
}
