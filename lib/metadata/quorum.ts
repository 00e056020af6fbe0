import { format, quoted } from '../input/format';
import { NodeIds } from '../kafka/node-ids';
import { KafkaVersion } from '../kafka/kafka-version';
import { kafkaUuid } from '../kubernetes/checksum';
import { CONTROLLER } from '../network/listeners';
import { QuorumMemberConfig } from '../seam/agent-config';
import { SERVER_PROPERTIES } from '../servers/kafka-workload';
import { Settings } from '../kafka/properties';

/** A controller quorum in settings and command lines. */
export interface Quorum {
  readonly isDynamic: boolean;
  readonly clusterId: string;
  readonly nodeIds: NodeIds;
  /** Host names of the controllers, in the order of their ids. */
  readonly hosts: readonly string[];
}

/** Addresses of all controllers, `host:port`. */
export function quorumServers({ hosts }: Quorum): string[] {
  return hosts.map((host) => `${host}:${CONTROLLER.port}`);
}

/** Settings with which brokers and controllers find the quorum. */
export function quorumSettings(quorum: Quorum): Settings {
  const servers = quorumServers(quorum);
  const voters = quorum.nodeIds.toList().map((id, index) => `${id}@${servers[index]}`);
  return {
    'controller.listener.names': CONTROLLER.name,
    ...(quorum.isDynamic
      ? { 'controller.quorum.bootstrap.servers': servers.join(',') }
      : { 'controller.quorum.voters': voters.join(',') }),
  };
}

/** Arguments of `kafka-storage format` for a broker. */
export function brokerFormat(quorum: Quorum): string[] {
  return [...controllerFormat(quorum), ...(quorum.isDynamic ? ['--no-initial-controllers'] : [])];
}

/**
 * The controllers for their agents. All controllers of a new quorum are formatted with the same list of directory ids, so they form
 * one quorum from the start, and a controller that lost its disk rejoins with the same directory id.
 */
export function quorumMembers({ clusterId, hosts, isDynamic, nodeIds }: Quorum): QuorumMemberConfig[] {
  return nodeIds.toList().map((id, index) => ({
    id,
    host: hosts[index],
    ...(isDynamic ? { directoryId: kafkaUuid(`${clusterId}/${id}`) } : {}),
  }));
}

/** Arguments of `kafka-storage format` for a controller. `init` adds those that depend on the state of the quorum. */
export function controllerFormat({ clusterId }: Quorum): string[] {
  // With '=', because an id can start with a dash, and would be parsed as an option.
  return [`--cluster-id=${clusterId}`, `--config=${SERVER_PROPERTIES}`, '--ignore-formatted'];
}

/** @throws when the number of controllers is not odd, or above 9 */
export function assertControllerCount(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 9 || count % 2 === 0) {
    throw new Error(
      `controllers.count is ${format(count)}; use 1, 3, 5, 7 or 9, preferably 3 or 5: an even number tolerates no more ` +
        'failures than one controller less',
    );
  }
}

/** @throws when a version cannot form a dynamic quorum */
export function assertQuorumKind(isDynamic: boolean, version: KafkaVersion): void {
  if (isDynamic && !version.supportsDynamicQuorum) {
    throw new Error(
      `quorumKind is DYNAMIC with Kafka ${version.version}; it needs Kafka 4.2 or newer, so leave it out or use QuorumKind.STATIC`,
    );
  }
}

/**
 * The cluster id that was given, or one derived from the cluster's name.
 *
 * @throws when the given one is not a valid Kafka id
 */
export function clusterIdOf(given: string | undefined, namespace: string, clusterName: string): string {
  // Kafka reserves ids whose first half is zero.
  if (given !== undefined && (!/^[A-Za-z0-9_-]{22}$/.test(given) || /^A{10}/.test(given))) {
    throw new Error(
      `clusterId ${quoted(given)} is not a Kafka cluster id; use the 22 characters of cluster.id in meta.properties (16 bytes in ` +
        'URL-safe base64, not starting with zeros), or leave it out',
    );
  }
  return given ?? kafkaUuid(`${namespace}/${clusterName}`);
}
