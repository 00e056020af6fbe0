import { IdRange, TopicDefinitionConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../kafka/cluster-view';
import { PlacedTopic } from '../kafka/topic-admin';
import { brokersOfMap, placementBlockedReason } from './brokers-of-map';
import { Placement } from './placement';

/** How long brokers of the map may be missing before their absence is accepted, if zones allow it. */
export const MISSING_BROKER_TIMEOUT_MS = 120_000;

/** What a broker knows when it looks after Kafka's own topics. */
export interface InternalTopicsFacts {
  readonly self: number;
  readonly brokerIds: IdRange;
  /** Topics that have to be there. */
  readonly topics: readonly TopicDefinitionConfig[];
  readonly view: ClusterView;
  /** How long this broker has seen that one of them is missing. */
  readonly waitedMs: number;
}

/** What it does. */
export type InternalTopicsStep =
  | { readonly kind: 'nothing missing' }
  | { readonly kind: 'not our turn' }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'create'; readonly topics: readonly PlacedTopic[] };

/** Decides whether, and where, to create Kafka's own topics. */
export function internalTopicsStep({
  self,
  brokerIds,
  topics,
  view,
  waitedMs,
}: InternalTopicsFacts): InternalTopicsStep {
  const wanted = topics.filter(({ name }) => !view.topics.has(name));
  if (wanted.length === 0) {
    return { kind: 'nothing missing' };
  }
  const brokers = brokersOfMap(brokerIds, view);
  const { live, missing } = brokers;
  // One broker is enough; the next one steps in when the agent of the first does not.
  const turn = live.findIndex(({ id }) => id === self);
  if (turn < 0 || waitedMs < turn * MISSING_BROKER_TIMEOUT_MS) {
    return { kind: 'not our turn' };
  }
  const reason =
    missing.length > 0 && waitedMs < MISSING_BROKER_TIMEOUT_MS
      ? `brokers ${missing.join(', ')} are not there yet`
      : wanted.map(({ replicationFactor }) => placementBlockedReason(brokers, replicationFactor)).find(Boolean);
  if (reason !== undefined) {
    return { kind: 'wait', reason };
  }
  const placement = new Placement(
    live,
    view.partitions.map(({ replicas }) => replicas),
  );
  return {
    kind: 'create',
    topics: wanted.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      assignments: placement.placeTopic(partitions, replicationFactor),
      config: config ?? {},
    })),
  };
}
