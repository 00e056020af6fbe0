/*
 * Replicas of a topic can be spread over two maps, whose brokers stop with two Leases. Each broker first acquires its own
 * Lease and then checks the other one. If two brokers do this at the same time, both find a conflict, and the order of the
 * names of their StatefulSets decides which of them releases its Lease.
 */
import { BrokerConfig } from '../../lib/seam/agent-config';
import { isInRange } from '../../lib/seam/id-range';
import { reasonOf } from '../runtime/errors';
import { HeldByAnother, LeaseState, Pod, isAbandoned, leaseStateOf, serverIdOf } from './lease-state';
import { StopLease } from './stop-lease';
import { ReplicaPeers } from './stop-verdict';

/** Stop Lease of another StatefulSet whose holder must not be down at the same time as this server. */
export type ConflictingLease =
  | (HeldByAnother & {
      /** True if its holder stops first in case of a conflict. */
      readonly hasPriority: boolean;
    })
  | Extract<LeaseState, { kind: 'unknown' }>;

/** Other StatefulSets with servers that have replicas of the same partitions. */
export interface OtherStatefulSets {
  readonly statefulSets: readonly string[];
  /** Ids of those servers. */
  readonly ids: ReadonlySet<number>;
  /** Ids of all live servers. */
  readonly aliveIds: ReadonlySet<number>;
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
  const others = new Set(ids.filter((id) => !isInRange(brokerIds, id)));
  const isEachAlive = [...others].every((id) => liveHosts.has(id));
  // The host name of a broker that is down is not known, so it can belong to any StatefulSet.
  const found = [...liveHosts].flatMap(([id, host]) =>
    isEachAlive && !others.has(id) ? [] : statefulSetOf(host, headlessServiceHost),
  );
  const statefulSets = [...new Set(found)].filter((name) => name !== statefulSet).sort();
  return others.size > 0 && statefulSets.length > 0
    ? { statefulSets, ids: others, aliveIds: new Set(liveHosts.keys()) }
    : undefined;
}

/** Returns nothing for brokers outside of this namespace, for example before a migration: they have no Lease here. */
function statefulSetOf(host: string, serviceHost: string): string[] {
  const pod = host.endsWith(`.${serviceHost}`) ? host.slice(0, -serviceHost.length - 1) : '';
  return /^(.+)-\d+$/.exec(pod)?.slice(1) ?? [];
}

/** The stop Leases of other StatefulSets. */
export class OtherStopLeases {
  private readonly leases = new Map<string, Pick<StopLease, 'readIfExists'>>();

  constructor(
    private readonly own: { readonly namespace: string; readonly statefulSet: string; readonly me: Pod },
  ) {}

  /** Finds a Lease that prevents the stop of this server. */
  async findConflict(others: OtherStatefulSets): Promise<ConflictingLease | undefined> {
    const conflicts = await Promise.all(
      others.statefulSets.map(async (other): Promise<ConflictingLease | undefined> => {
        try {
          const lease = await this.leaseOf(other).readIfExists();
          // A server acquires its Lease before it checks those of others, so one that has no Lease is not about to stop.
          return lease && toConflict(leaseStateOf(lease, this.own.me), others, other < this.own.statefulSet);
        } catch (error) {
          return { kind: 'unknown', reason: reasonOf(error) };
        }
      }),
    );
    return strongestConflict(conflicts.filter((conflict) => conflict !== undefined));
  }

  /** Returns the same object for each read, because it knows how long the Lease is unchanged. */
  private leaseOf(statefulSet: string): Pick<StopLease, 'readIfExists'> {
    const lease = this.leases.get(statefulSet) ?? new StopLease(this.own.namespace, statefulSet);
    this.leases.set(statefulSet, lease);
    return lease;
  }
}

function toConflict(
  state: LeaseState,
  { ids, aliveIds }: OtherStatefulSets,
  hasPriority: boolean,
): ConflictingLease | undefined {
  return state.kind === 'held by another' &&
    ids.has(serverIdOf(state.holder)) &&
    !isAbandoned(state, aliveIds)
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
