import { clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { CreateResult, NOT_CONTROLLER, PlacedTopic, createTopics } from '../kafka/topic-admin';

/** The controller answers 30 s later at the latest. */
const DEADLINE_MS = 40_000;

/**
 * Creates topics through any broker. In ZooKeeper mode only one broker may, and Metadata names it; in KRaft mode the
 * broker that it names passes the request on.
 *
 * @returns what was not created, topics that exist already among it
 */
export async function createOnController(
  address: Address,
  topics: readonly PlacedTopic[],
): Promise<CreateResult[]> {
  const results = await tryCreate(address, topics);
  const refused = new Set(
    results.filter(({ errorCode }) => errorCode === NOT_CONTROLLER).map(({ name }) => name),
  );
  // The controller moved between the two questions, which happens once in a while and not twice in a row.
  const again =
    refused.size > 0
      ? await tryCreate(
          address,
          topics.filter(({ name }) => refused.has(name)),
        )
      : [];
  return [...results.filter(({ name }) => !refused.has(name)), ...again].filter(
    ({ errorCode }) => errorCode !== 0,
  );
}

async function tryCreate(address: Address, topics: readonly PlacedTopic[]): Promise<CreateResult[]> {
  const view = await KafkaSession.with(address, DEADLINE_MS, clusterView);
  const controller = view.brokers.get(view.controllerId) ?? address;
  return KafkaSession.with(controller, DEADLINE_MS, (session) => createTopics(session, topics));
}
