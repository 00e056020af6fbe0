import { EnsembleView, servingIds } from '../zookeeper/ensemble-view';
import { StopVerdict, mayStopAtOnce, mustWait } from './stop-verdict';

/** Observations of a ZooKeeper server that is about to stop. */
export interface ZookeeperStopFacts {
  readonly self: number;
  /** True if its port is closed. */
  readonly isClosed: boolean;
  /** Ids of all servers of the ensemble. */
  readonly servers: readonly number[];
  /** Modes of the servers. */
  readonly view: EnsembleView;
}

/** Judges if a ZooKeeper server may stop. The other servers must be a majority that serves without it. */
export function mayStopZookeeper({ self, isClosed, servers, view }: ZookeeperStopFacts): StopVerdict {
  if (isClosed) {
    return mayStopAtOnce('the port of ZooKeeper is closed, so this server serves no clients');
  }
  const others = servers.filter((id) => id !== self);
  if (others.length === 0) {
    return {
      mayStop: true,
      reason: `server ${self} is the only one, so the ensemble is unavailable until it is back`,
    };
  }
  const serving = servingIds(view).filter((id) => others.includes(id));
  const majority = Math.floor(servers.length / 2) + 1;
  if (serving.length < majority) {
    const missing = others.filter((id) => !serving.includes(id));
    return mustWait(
      `without server ${self} only ${serving.length} of ${servers.length} servers are leader or follower, ` +
        `and a majority is ${majority}; missing: ${missing.join(', ')}`,
    );
  }
  return {
    mayStop: true,
    aliveIds: new Set(serving),
    allInSync: serving.length === others.length,
    // Each election interrupts the ensemble for a moment. If the leader stops last, there is only one.
    ...(view.modes.get(self) === 'leader' ? { stopsLast: 'this server is the leader of the quorum' } : {}),
    reason: `servers ${serving.join(', ')} are a majority without it`,
  };
}
