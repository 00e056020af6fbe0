/*
 * Finds lost servers: a pod that the scheduler cannot place, with a claim that is bound to a local volume of a node that is gone.
 */
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

/** Returns the lost server of a pod; undefined if its volumes are on nodes that exist. */
export async function lostServer(server: ServerPod, read: ObjectReader): Promise<LostServer | undefined> {
  const { group, id, pod } = server;
  const { name, uid } = pod.metadata;
  const bound = await boundVolumes(server, read);
  const hosts = [...new Set(bound.map(({ host }) => host))];
  // The volumes of one pod are on one node. If they are not, a person has to look.
  if (hosts.length !== 1) {
    return undefined;
  }
  const [node] = hosts;
  const entry = await read.ledgerEntry(group, id);
  // A node without its host name label still exists under its name.
  const names = [...new Set([node, ...(entry?.node === undefined ? [] : [entry.node])])];
  const nodeState = stateOfNode(await read.nodes(node, names));
  if (nodeState === undefined) {
    return undefined;
  }
  const zone = bound[0].zone ?? (entry?.node === node ? entry.zone : undefined);
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
