/*
 * Somebody may spread a topic over two maps. Their brokers stop by two Leases, so each broker announces itself in its own
 * Lease first, and looks into the others' before it goes. Of two that do so at the same time both see each other, and the
 * order of the names of their StatefulSets says which of them gives way.
 */
import { stopLeaseName } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { StopLease } from './stop-lease';
import { Pod, Turn, turnOf } from './turn';

/** That it is the turn of a server of another StatefulSet which must not be away at the same time. */
export type NeighbourTurn =
  | (Extract<Turn, { kind: 'taken' }> & {
      /** Whether it goes first when both want to go at the same time. */
      readonly isBefore: boolean;
    })
  | Extract<Turn, { kind: 'unknown' }>;

/** StatefulSets other than a server's own, and the pods of them, that stand behind some host names of the same cluster. */
export function neighboursAmong(
  hosts: readonly string[],
  { statefulSet, serviceHost }: { readonly statefulSet: string; readonly serviceHost: string },
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const host of hosts) {
    // Servers that run elsewhere, perhaps from before a migration, have no Lease here.
    const pod = host.endsWith(`.${serviceHost}`) ? host.slice(0, -serviceHost.length - 1) : '';
    const [, neighbour] = /^(.+)-\d+$/.exec(pod) ?? [];
    if (neighbour !== undefined && neighbour !== statefulSet) {
      found.set(neighbour, (found.get(neighbour) ?? new Set()).add(pod));
    }
  }
  return found;
}

/** Looks for a turn that stands against a stop. */
export async function neighbourTurn(
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  {
    namespace,
    statefulSet,
    me,
  }: { readonly namespace: string; readonly statefulSet: string; readonly me: Pod },
): Promise<NeighbourTurn | undefined> {
  const turns = await Promise.all(
    [...neighbours].map(async ([neighbour, pods]): Promise<NeighbourTurn | undefined> => {
      try {
        const { record } = await new StopLease(namespace, stopLeaseName(neighbour)).read();
        return against(turnOf(record, me, Date.now()), pods, neighbour < statefulSet);
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error) };
      }
    }),
  );
  return foremost(turns.filter((turn) => turn !== undefined));
}

function against(turn: Turn, pods: ReadonlySet<string>, isBefore: boolean): NeighbourTurn | undefined {
  return turn.kind === 'taken' && pods.has(turn.by) ? { ...turn, isBefore } : undefined;
}

/** The one that asks most of this server: to give way, to wait, to find out. */
function foremost(turns: readonly NeighbourTurn[]): NeighbourTurn | undefined {
  return (
    turns.find((turn) => turn.kind === 'taken' && turn.isBefore) ??
    turns.find(({ kind }) => kind === 'taken') ??
    turns[0]
  );
}
