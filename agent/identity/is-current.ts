import { ClusterView } from '../kafka/cluster-view';
import { QuorumView } from '../kafka/quorum-view';

/** An observer of the metadata that was last level with the leader longer ago may be cut off. */
const LAG_LIMIT_MS = 10_000;

/**
 * Whether a broker's view can be relied on. A broker that is cut off goes on showing what it saw last; one that may
 * not describe topics, or has just started, shows none.
 */
export function isCurrent(
  broker: number,
  view: ClusterView,
  metadata: 'zookeeper' | { readonly quorum: QuorumView | undefined },
): boolean {
  if (!view.brokers.has(broker) || view.topics.size === 0) {
    return false;
  }
  if (metadata === 'zookeeper') {
    return view.controllerId === broker;
  }
  const observer = metadata.quorum?.observers.find(({ id }) => id === broker);
  return observer?.behindMs !== undefined && observer.behindMs <= LAG_LIMIT_MS;
}
