/*
 * A rollout stops the next server as soon as this one is ready, even if the preStop hook of the next one then has to wait for a
 * server that is down. Before it stops the next server, the StatefulSet controller checks only the readiness of the last one.
 */
import { ClusterView } from '../kafka/cluster-view';
import { QuorumView } from '../kafka/quorum-view';
import { mayStopBroker } from './may-stop-broker';
import { mayStopController } from './may-stop-controller';

/**
 * Returns the reason why the broker that a rollout stops next cannot stop; undefined if it can.
 *
 * @param view the metadata of this broker, with the partitions of the next broker
 */
export function nextBrokerObstacle(
  { self, next }: { readonly self: number; readonly next: number },
  view: ClusterView,
  minInSync: ReadonlyMap<string, number>,
): string | undefined {
  // This broker is in sync, so its own metadata is enough: the hook of the next broker decides with more.
  const verdict = mayStopBroker({
    self: next,
    own: 'no answer',
    other: { id: self, view },
    isAnyOtherAlive: true,
    minInSync,
    adding: new Map(),
    // A rollout waits for at-risk topics in the hook, up to its timeout, and not in readiness, which has none.
    atRiskTopics: 'allow',
  });
  return verdict.mayStop || !isRegistered(next, view) ? undefined : verdict.reason;
}

/** Returns the reason why the controller that a rollout stops next cannot stop; undefined if it can. */
export function nextControllerObstacle(next: number, quorum: QuorumView | undefined): string | undefined {
  const verdict = mayStopController({ self: next, isClosed: false, quorum });
  return verdict.mayStop || !quorum?.voters.some(({ id }) => id === next) ? undefined : verdict.reason;
}

/** A broker that is not alive stops without an effect. */
function isRegistered(id: number, { brokers }: ClusterView): boolean {
  return brokers.has(id);
}
