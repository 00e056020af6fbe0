import { ClusterView } from './cluster-view';
import { QuorumView } from './quorum-view';
import { OBSERVER_LAG_LIMIT_MS, memberOf } from './quorum-members';

/**
 * Whether a broker's view can be relied on. A broker that is cut off goes on showing what it saw last; one that may
 * not describe topics, or has just started, shows none.
 */
export function isCurrentView(
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
  const observer = metadata.quorum && memberOf(metadata.quorum.observers, broker);
  return observer?.lagMs !== undefined && observer.lagMs <= OBSERVER_LAG_LIMIT_MS;
}
