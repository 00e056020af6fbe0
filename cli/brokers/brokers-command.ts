/*
 * `cdk8s-kafka brokers`: shows where brokers are and where they have been.
 */
import { CommandError } from '../command-error';
import { CommandEdges, Kubectl } from '../edges';
import { withReports } from './agent-reports';
import { BrokerRow, brokerRows } from './broker-rows';
import { BrokersRequest, BROKERS_USAGE, parseBrokersRequest } from './brokers-request';
import { brokerObjects } from './broker-objects';
import { renderBroker, renderBrokers } from './render-brokers';

/** Runs the command, and returns its exit code. */
export async function brokersCommand(args: readonly string[], edges: CommandEdges): Promise<number> {
  const request = parseBrokersRequest(args);
  if (request === 'help') {
    edges.print(BROKERS_USAGE);
    return 0;
  }
  const { context, cluster, namespace, broker, isJson } = request;
  const prefix = context === undefined ? [] : [`--context=${context}`];
  const kubectl: Kubectl = (rest) => edges.kubectl([...prefix, ...rest]);
  const objects = await brokerObjects(request, kubectl);
  if (objects.statefulSets.length === 0) {
    throw new CommandError(
      `namespace '${namespace}' has no brokers of cluster '${cluster}'; check both names`,
      'missing',
    );
  }
  const { brokers, problems } = brokerRows(objects);
  const selected = await withReports(select(brokers, request), namespace, kubectl);
  if (isJson) {
    edges.print(JSON.stringify({ cluster, namespace, brokers: selected }, undefined, 2));
  } else {
    (broker === undefined ? renderBrokers(selected) : renderBroker(selected[0])).forEach(edges.print);
  }
  problems.forEach((problem) => edges.printError(`cdk8s-kafka: ${problem}`));
  return 0;
}

/** @throws CommandError if no broker is selected */
function select(brokers: readonly BrokerRow[], { cluster, map, broker }: BrokersRequest): BrokerRow[] {
  const ofMap = brokers.filter((one) => map === undefined || one.map === map);
  if (ofMap.length === 0) {
    const maps = [...new Set(brokers.map((one) => one.map))].sort().join(', ') || 'none';
    throw new CommandError(
      `cluster '${cluster}' has no brokers of map '${map ?? ''}'; existing maps: ${maps}`,
      'missing',
    );
  }
  const selected = ofMap.filter(({ id }) => broker === undefined || id === broker);
  if (selected.length === 0) {
    const ids = ofMap.map(({ id }) => id);
    throw new CommandError(
      `${map === undefined ? `cluster '${cluster}'` : `map '${map}'`} has no broker ${broker}; its brokers have ids from ` +
        `${Math.min(...ids)} to ${Math.max(...ids)}`,
      'missing',
    );
  }
  return selected;
}
