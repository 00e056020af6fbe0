/*
 * Finds lost servers: a pod that the scheduler cannot place, with a claim that is bound to a local volume of a node that is gone.
 */
import { OperatorError } from '../runtime/errors';
import { isInRange } from '../../lib/seam/id-range';
import { LedgerEntry } from '../identity/ledger';
import { RecoveryGroupConfig, ZONE_LABEL } from '../../lib/seam/agent-config';
import {
  ClaimObject,
  LostServer,
  NodeObject,
  PodObject,
  VolumeObject,
  hostOf,
  isUnschedulable,
  stateOfNode,
} from './lost-server';

/** Objects of Kubernetes. Absent objects are undefined. */
export interface ObjectReader {
  claim(name: string): Promise<ClaimObject | undefined>;
  volume(name: string): Promise<VolumeObject | undefined>;
  /** Nodes with a host name, and the nodes with one of the names. */
  nodes(hostname: string, names: readonly string[]): Promise<readonly NodeObject[]>;
  ledgerEntry(group: RecoveryGroupConfig, id: number): Promise<LedgerEntry | undefined>;
}

/** A pod of a server, with its StatefulSet. */
export interface ServerPod {
  readonly group: RecoveryGroupConfig;
  readonly id: number;
  readonly pod: PodObject;
}

/** Pods that the scheduler cannot place, by their StatefulSet. */
export function unschedulableServers(
  groups: readonly RecoveryGroupConfig[],
  pods: readonly PodObject[],
): ServerPod[] {
  return pods.filter(isUnschedulable).flatMap((pod) => serverOf(groups, pod));
}

/** The server of a pod; none if it belongs to no StatefulSet of the configuration. */
export function serverOf(groups: readonly RecoveryGroupConfig[], pod: PodObject): ServerPod[] {
  const [, statefulSet, number] = /^(.+)-(\d+)$/.exec(pod.metadata.name) ?? [];
  const id = Number(number);
  return groups
    .filter((group) => group.statefulSet === statefulSet && isInRange(group.ids, id))
    .map((group) => ({ group, id, pod }));
}

/**
 * Returns the lost server of a pod; undefined if its volumes are on nodes that exist.
 *
 * @param zones zones of nodes, from the time when they existed
 * @returns a text if a person has to look at the server
 */
export async function lostServer(
  server: ServerPod,
  read: ObjectReader,
  zones: ReadonlyMap<string, string>,
): Promise<LostServer | string | undefined> {
  const { group, id, pod } = server;
  const { name, uid } = pod.metadata;
  const bound = await boundVolumes(server, read);
  const hosts = [...new Set(bound.map(({ host }) => host))].sort();
  if (hosts.length === 0) {
    return undefined;
  }
  if (hosts.length > 1) {
    return `the volumes of ${name} are on several nodes, ${hosts.join(' and ')}, so it cannot start on any`;
  }
  const [node] = hosts;
  let entry: LedgerEntry | undefined;
  try {
    entry = await read.ledgerEntry(group, id);
  } catch (error) {
    if (!(error instanceof OperatorError)) {
      throw error;
    }
    return `${name} is not freed: ${error.message}; ${error.hint}`;
  }
  // A node without its host name label still exists under its name. The entry can be about other volumes.
  const isAboutThese = entry?.volumes?.some((volume) => bound.some(({ claim }) => claim.volume === volume));
  const names = [
    ...new Set([node, ...(entry?.node === undefined || isAboutThese === false ? [] : [entry.node])]),
  ];
  const nodeState = stateOfNode(await read.nodes(node, names));
  if (nodeState === undefined) {
    return undefined;
  }
  const zone = bound[0].zone ?? (entry?.node === node ? entry.zone : undefined) ?? zones.get(node);
  return {
    kind: group.kind,
    id,
    statefulSet: group.statefulSet,
    pod: { name, uid },
    claims: bound.map(({ claim }) => claim),
    node,
    nodeState,
    ...(zone === undefined ? {} : { zone }),
  };
}

async function boundVolumes({ group, pod }: ServerPod, read: ObjectReader) {
  const found = await Promise.all(
    group.claims.map(async (template) => {
      const claim = await read.claim(`${template}-${pod.metadata.name}`);
      const volumeName = claim?.spec.volumeName;
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined || volumeName === undefined) {
        return undefined;
      }
      const volume = await read.volume(volumeName);
      const host = volume && hostOf(volume);
      // A volume that was bound again belongs to another claim of the same name.
      return host === undefined || volume?.spec.claimRef?.uid !== claim.metadata.uid
        ? undefined
        : {
            claim: { name: claim.metadata.name, uid: claim.metadata.uid, volume: volumeName },
            host,
            zone: volume.metadata.labels?.[ZONE_LABEL],
          };
    }),
  );
  return found.filter((one) => one !== undefined);
}
