/*
 * Somebody may spread a topic over two maps. Their brokers stop by two Leases, so each broker announces itself in its own
 * Lease first, and looks into the others' before it goes. Of two that do so at the same time both see each other, and the
 * order of the names of their StatefulSets says which of them gives way.
 */
import { BrokerConfig, stopLeaseName } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { StopLease } from './stop-lease';
import { ReplicaPeers } from './stop-verdict';
import { Pod, LeaseState, leaseStateOf } from './lease-state';

/** That it is the turn of a server of another StatefulSet which must not be away at the same time. */
export type ConflictingLease =
  | (Extract<LeaseState, { kind: 'taken' }> & {
      /** Whether it goes first when both want to go at the same time. */
      readonly hasPriority: boolean;
    })
  | Extract<LeaseState, { kind: 'unknown' }>;

/** Whom to look for in the Leases of others. */
export interface OtherStatefulSets {
  readonly statefulSets: readonly string[];
  /** Ids of their servers that have the same data. */
  readonly ids: ReadonlySet<number>;
}

/** The neighbours of a broker, by who has the same data; undefined when all of them are of its own StatefulSet. */
export function otherStatefulSetsOf(
  { ids, liveHosts: hosts }: ReplicaPeers,
  { statefulSet, headlessServiceHost: serviceHost, brokerIds }: Pick<BrokerConfig, 'statefulSet' | 'serviceHost' | 'brokerIds'>,
): OtherStatefulSets | undefined {
  const others = new Set(ids.filter((id) => id < brokerIds.first || id > brokerIds.last));
  const isEachAlive = [...others].every((id) => hosts.has(id));
  // One that is down tells no name, so it may be of any.
  const found = [...hosts].flatMap(([id, host]) =>
    isEachAlive && !others.has(id) ? [] : statefulSetOf(host, serviceHost),
  );
  const statefulSets = [...new Set(found)].filter((name) => name !== statefulSet).sort();
  return others.size > 0 && statefulSets.length > 0 ? { statefulSets, ids: others } : undefined;
}

/** Servers that run elsewhere, perhaps from before a migration, have no StatefulSet here, and so no Lease. */
function statefulSetOf(host: string, serviceHost: string): string[] {
  const pod = host.endsWith(`.${serviceHost}`) ? host.slice(0, -serviceHost.length - 1) : '';
  return /^(.+)-\d+$/.exec(pod)?.slice(1) ?? [];
}

/** Looks for a turn that stands against a stop. */
export async function findConflictingLease(
  { statefulSets, ids }: OtherStatefulSets,
  {
    namespace,
    statefulSet,
    me,
  }: { readonly namespace: string; readonly statefulSet: string; readonly me: Pod },
): Promise<ConflictingLease | undefined> {
  const turns = await Promise.all(
    statefulSets.map(async (neighbour): Promise<ConflictingLease | undefined> => {
      try {
        const { record } = await new StopLease(namespace, stopLeaseName(neighbour)).read();
        return toConflict(leaseStateOf(record, me, Date.now()), ids, neighbour < statefulSet);
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error) };
      }
    }),
  );
  return strongestConflict(turns.filter((turn) => turn !== undefined));
}

function toConflict(turn: LeaseState, ids: ReadonlySet<number>, isBefore: boolean): ConflictingLease | undefined {
  return turn.kind === 'taken' && ids.has(Number(/-(\d+)$/.exec(turn.holder)?.[1]))
    ? { ...turn, hasPriority: isBefore }
    : undefined;
}

/** The one that asks most of this server: to give way, to wait, to find out. */
function strongestConflict(turns: readonly ConflictingLease[]): ConflictingLease | undefined {
  return (
    turns.find((turn) => turn.kind === 'taken' && turn.hasPriority) ??
    turns.find(({ kind }) => kind === 'taken') ??
    turns[0]
  );
}
