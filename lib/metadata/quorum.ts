import { NodeIds } from '../kafka/node-ids';
import { KafkaVersion } from '../kafka/kafka-version';
import { kafkaUuid } from '../kubernetes/checksum';
import { CONTROLLER } from '../network/listeners';
import { SERVER_PROPERTIES } from '../servers/kafka-workload';
import { Settings } from '../kafka/properties';

/** A controller quorum as settings and command lines name it. */
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

/** Settings by which brokers and controllers find the quorum. */
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
  return [...formatArguments(quorum), ...(quorum.isDynamic ? ['--no-initial-controllers'] : [])];
}

/**
 * Arguments of `kafka-storage format` for a controller.
 *
 * Every controller is formatted with the same list, and so with the directory id that the list has for it: the members
 * know each other at once, and one that lost its disk comes back as itself.
 */
export function controllerFormat(quorum: Quorum): string[] {
  if (!quorum.isDynamic) {
    return formatArguments(quorum);
  }
  const servers = quorumServers(quorum);
  const voters = quorum.nodeIds
    .toList()
    .map((id, index) => `${id}@${servers[index]}:${kafkaUuid(`${quorum.clusterId}/${id}`)}`);
  return [...formatArguments(quorum), `--initial-controllers=${voters.join(',')}`];
}

function formatArguments({ clusterId }: Quorum): string[] {
  // With '=' because an id may begin with a dash.
  return [`--cluster-id=${clusterId}`, `--config=${SERVER_PROPERTIES}`, '--ignore-formatted'];
}

/** @throws when the number of controllers is even */
export function assertOdd(ids: NodeIds): void {
  if (ids.count % 2 === 0) {
    throw new Error(
      `nodeIds ${ids} are ${ids.count} controllers; a quorum of an even number survives no more failures than one ` +
        'with one member less, so choose an odd number, best 3',
    );
  }
  if (ids.count > 9) {
    throw new Error(
      `nodeIds ${ids} are ${ids.count} controllers, which all have to agree; choose 3 or 5, 9 at most`,
    );
  }
}

/** @throws when a version cannot form a dynamic quorum */
export function assertForms(isDynamic: boolean, version: KafkaVersion): void {
  if (isDynamic && !version.supportsDynamicQuorum) {
    throw new Error(
      `quorumKind is dynamic with Kafka ${version.version}; it needs 4.2 or newer, so leave it out or write QuorumKind.STATIC`,
    );
  }
}

/**
 * The cluster id that was given, or one derived from the cluster's name.
 *
 * @throws when the given one is no id of Kafka
 */
export function clusterIdOf(given: string | undefined, namespace: string, clusterName: string): string {
  // Kafka reserves ids whose first half is zero.
  if (given !== undefined && (!/^[A-Za-z0-9_-]{22}$/.test(given) || /^A{10}/.test(given))) {
    throw new Error(
      `clusterId '${given}' is no id of a cluster; write the 22 characters that meta.properties has (16 bytes in URL-safe ` +
        'base64, not beginning with zeros), or leave it out',
    );
  }
  return given ?? kafkaUuid(`${namespace}/${clusterName}`);
}
