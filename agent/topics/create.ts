import { clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { controllerOr } from '../kafka/peer-brokers';
import { CreateResult, NOT_CONTROLLER, PlacedTopic, createTopics } from '../kafka/topic-admin';

/** The controller responds within 30 seconds. */
const DEADLINE_MS = 40_000;

/**
 * Creates topics through any broker. In ZooKeeper mode only the controller can create topics; Metadata names it. In KRaft
 * mode the broker that Metadata names forwards the request.
 *
 * @returns topics that were not created, including topics that already exist
 */
export async function createOnController(
  address: Address,
  topics: readonly PlacedTopic[],
): Promise<CreateResult[]> {
  const results = await tryCreate(address, topics);
  const rejected = new Set(
    results.filter(({ errorCode }) => errorCode === NOT_CONTROLLER).map(({ name }) => name),
  );
  // The controller moved between Metadata and CreateTopics. This is rare, so there is one retry.
  const retried =
    rejected.size > 0
      ? await tryCreate(
          address,
          topics.filter(({ name }) => rejected.has(name)),
        )
      : [];
  return [...results.filter(({ name }) => !rejected.has(name)), ...retried].filter(
    ({ errorCode }) => errorCode !== 0,
  );
}

async function tryCreate(address: Address, topics: readonly PlacedTopic[]): Promise<CreateResult[]> {
  const view = await KafkaSession.with(address, DEADLINE_MS, clusterView);
  return KafkaSession.with(controllerOr(address, view), DEADLINE_MS, (session) =>
    createTopics(session, topics),
  );
}
