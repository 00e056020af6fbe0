import { IdRange, TopicDefinitionConfig } from '../../../lib/seam/agent-config';
import { ClusterView } from '../../kafka/cluster-view';
import { PlacedTopic } from '../../kafka/topic-admin';
import { brokersOfMap, placementBlockedReason } from '../placement/brokers-of-map';
import { Placement } from '../placement/placement';

/** Time to wait for missing brokers of the map. Afterwards topics are created without them if the zones allow it. */
export const MISSING_BROKER_TIMEOUT_MS = 120_000;

/** Duration of the first turn. */
const FIRST_TURN_MS = MISSING_BROKER_TIMEOUT_MS;
const MAX_TURN_MS = 30 * 60_000;

/** Pauses between attempts of a broker. */
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 10 * 60_000;

/** Inputs of the decision about internal topics. */
export interface InternalTopicsFacts {
  readonly self: number;
  readonly brokerIds: IdRange;
  /** Required topics. */
  readonly topics: readonly TopicDefinitionConfig[];
  readonly view: ClusterView;
  /** Time since this broker first saw that a topic is missing. */
  readonly waitedMs: number;
}

/** Next step of a broker. */
export type InternalTopicsStep =
  | { readonly kind: 'nothing missing' }
  | { readonly kind: 'another broker creates' }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'create'; readonly topics: readonly PlacedTopic[] };

/** Decides if and where this broker creates internal topics. */
export function internalTopicsStep({
  self,
  brokerIds,
  topics,
  view,
  waitedMs,
}: InternalTopicsFacts): InternalTopicsStep {
  const absent = topics.filter(({ name }) => !view.topics.has(name));
  if (absent.length === 0) {
    return { kind: 'nothing missing' };
  }
  const brokers = brokersOfMap(brokerIds, { view });
  const { live, missing } = brokers;
  // One broker creates the topics. The next one replaces it after a while, because its agent may have failed.
  if (live.length === 0 || live[turnAt(waitedMs) % live.length].id !== self) {
    return { kind: 'another broker creates' };
  }
  const reason =
    missing.length > 0 && waitedMs < MISSING_BROKER_TIMEOUT_MS
      ? `brokers ${missing.map(({ id }) => id).join(', ')} are not registered yet`
      : absent
          .map(({ replicationFactor }) => placementBlockedReason(brokers, replicationFactor))
          .find(Boolean);
  if (reason !== undefined) {
    return { kind: 'wait', reason };
  }
  const placement = new Placement(
    live,
    view.partitions.map(({ replicas }) => replicas),
  );
  return {
    kind: 'create',
    topics: absent.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      assignments: placement.placeTopic(partitions, replicationFactor),
      config: config ?? {},
    })),
  };
}

/**
 * Turn of the brokers at a point in time, from 0. Each turn takes twice as long as the one before: what one broker cannot create
 * most likely no other can create either.
 */
export function turnAt(waitedMs: number): number {
  let turn = 0;
  let rest = waitedMs;
  for (let length = FIRST_TURN_MS; rest >= length && length < MAX_TURN_MS; length *= 2) {
    rest -= length;
    turn += 1;
  }
  return turn + Math.floor(rest / MAX_TURN_MS);
}

/** Pause of a broker after a number of attempts without success. */
export function pauseAfter(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
}
