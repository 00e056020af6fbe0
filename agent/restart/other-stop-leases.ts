/*
 * Replicas of a topic can be spread over two maps, whose brokers stop with two Leases. Each broker first acquires its own
 * Lease and then checks the other one. If two brokers do this at the same time, both find a conflict, and the order of the
 * names of their StatefulSets decides which of them releases its Lease.
 */
import { BrokerConfig, stopLeaseName } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { LeaseState, Pod, leaseStateOf } from './lease-state';
import { StopLease } from './stop-lease';
import { ReplicaPeers } from './stop-verdict';

/** Stop Lease of another StatefulSet whose holder must not be down at the same time as this server. */
export type ConflictingLease =
  | (Extract<LeaseState, { kind: 'held by another' }> & {
      /** True if its holder stops first in case of a conflict. */
      readonly hasPriority: boolean;
    })
  | Extract<LeaseState, { kind: 'unknown' }>;

/** Other StatefulSets with servers that have replicas of the same partitions. */
export interface OtherStatefulSets {
  readonly statefulSets: readonly string[];
  /** Ids of those servers. */
  readonly ids: ReadonlySet<number>;
}

/** Returns the other StatefulSets with replicas of the same partitions; undefined if there are none. */
export function otherStatefulSetsOf(
  { ids, liveHosts }: ReplicaPeers,
  {
    statefulSet,
    headlessServiceHost,
    brokerIds,
  }: Pick<BrokerConfig, 'statefulSet' | 'headlessServiceHost' | 'brokerIds'>,
): OtherStatefulSets | undefined {
  const others = new Set(ids.filter((id) => id < brokerIds.first || id > brokerIds.last));
  const isEachAlive = [...others].every((id) => liveHosts.has(id));
  // The host name of a broker that is down is not known, so it can belong to any StatefulSet.
  const found = [...liveHosts].flatMap(([id, host]) =>
    isEachAlive && !others.has(id) ? [] : statefulSetOf(host, headlessServiceHost),
  );
  const statefulSets = [...new Set(found)].filter((name) => name !== statefulSet).sort();
  return others.size > 0 && statefulSets.length > 0 ? { statefulSets, ids: others } : undefined;
}

/** Returns nothing for brokers outside of this namespace, for example before a migration: they have no Lease here. */
function statefulSetOf(host: string, serviceHost: string): string[] {
  const pod = host.endsWith(`.${serviceHost}`) ? host.slice(0, -serviceHost.length - 1) : '';
  return /^(.+)-\d+$/.exec(pod)?.slice(1) ?? [];
}

/** Finds a Lease that prevents the stop of this server. */
export async function findConflictingLease(
  { statefulSets, ids }: OtherStatefulSets,
  {
    namespace,
    statefulSet,
    me,
  }: { readonly namespace: string; readonly statefulSet: string; readonly me: Pod },
): Promise<ConflictingLease | undefined> {
  const conflicts = await Promise.all(
    statefulSets.map(async (other): Promise<ConflictingLease | undefined> => {
      try {
        const { record } = await new StopLease(namespace, stopLeaseName(other)).read();
        return toConflict(leaseStateOf(record, me, Date.now()), ids, other < statefulSet);
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error) };
      }
    }),
  );
  return strongestConflict(conflicts.filter((conflict) => conflict !== undefined));
}

function toConflict(
  state: LeaseState,
  ids: ReadonlySet<number>,
  hasPriority: boolean,
): ConflictingLease | undefined {
  return state.kind === 'held by another' && ids.has(Number(/-(\d+)$/.exec(state.holder)?.[1]))
    ? { ...state, hasPriority }
    : undefined;
}

/** Returns the conflict with the strongest effect: a release of the own Lease, then a wait, then an unknown holder. */
function strongestConflict(conflicts: readonly ConflictingLease[]): ConflictingLease | undefined {
  return (
    conflicts.find((conflict) => conflict.kind === 'held by another' && conflict.hasPriority) ??
    conflicts.find(({ kind }) => kind === 'held by another') ??
    conflicts[0]
  );
}
