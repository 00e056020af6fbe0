import { EnsembleView, servingIds } from '../zookeeper/ensemble-view';
import { StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** What was found out about a ZooKeeper server that shall stop. */
export interface ZookeeperStopFacts {
  readonly self: number;
  /** Whether its port is closed. */
  readonly isClosed: boolean;
  /** The numbers of all servers of the ensemble. */
  readonly servers: readonly number[];
  /** What the servers say of themselves. */
  readonly view: EnsembleView;
}

/** Judges whether a ZooKeeper server may stop: the others must be a majority that serves without it. */
export function mayStopZookeeper({ self, isClosed, servers, view }: ZookeeperStopFacts): StopVerdict {
  if (isClosed) {
    return mayStopAtOnce('the port of ZooKeeper is closed, so it serves nobody');
  }
  const others = servers.filter((id) => id !== self);
  if (others.length === 0) {
    return { mayStop: true, reason: `server ${self} is the only one, so nobody can stand in for it` };
  }
  const staying = servingIds(view).filter((id) => others.includes(id));
  const majority = Math.floor(servers.length / 2) + 1;
  if (staying.length < majority) {
    const missing = others.filter((id) => !staying.includes(id));
    return mustWait(
      `without server ${self} a majority is ${majority} of ${servers.length} servers, and ${staying.length} serve; ` +
        `missing: ${missing.join(', ')}`,
    );
  }
  return {
    mayStop: true,
    allInSync: staying.length === others.length,
    // Each new leader costs a moment; the last one that stops hands over once for all.
    stopsLast: view.modes.get(self) === 'leader',
    reason: `servers ${staying.join(', ')} serve without it`,
  };
}
