import { liveBrokers } from '../kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../kafka/connection';
import { controllerOr } from '../kafka/peer-brokers';
import { CreateResult, NOT_CONTROLLER, PlacedTopic, createTopics } from '../kafka/topic-admin';

/** The controller responds within 30 seconds. */
const DEADLINE_MS = 40_000;
/** Number of brokers that are asked. */
const MAX_ATTEMPTS = 3;

/**
 * Creates topics through any broker. In KRaft mode every broker forwards the request, and the controller that Metadata names is
 * a random broker. In ZooKeeper mode other brokers reject the request, and Metadata names the controller.
 *
 * @param address the broker to ask first
 * @returns topics that were not created, including topics that already exist
 * @throws KafkaUnavailable if no broker answers
 */
export async function createOnController(
  address: Address,
  topics: readonly PlacedTopic[],
): Promise<CreateResult[]> {
  const results = new Map<string, CreateResult>();
  let open = topics;
  let server = address;
  for (let attempt = 1; open.length > 0 && attempt <= MAX_ATTEMPTS; attempt++) {
    const isLast = attempt === MAX_ATTEMPTS;
    const answers = await answersOf(server, open).catch((error: unknown) => {
      if (isLast || !(error instanceof KafkaUnavailable)) {
        throw error;
      }
      return undefined;
    });
    answers?.forEach((result) => results.set(result.name, result));
    open = open.filter(({ name }) => (results.get(name)?.errorCode ?? NOT_CONTROLLER) === NOT_CONTROLLER);
    if (open.length > 0 && !isLast) {
      server = await nextServer(address, answers === undefined ? attempt : undefined);
    }
  }
  return [...results.values()].filter(({ errorCode }) => errorCode !== 0);
}

function answersOf(server: Address, topics: readonly PlacedTopic[]): Promise<CreateResult[]> {
  return KafkaSession.with(server, DEADLINE_MS, (session) => createTopics(session, topics));
}

/** @param silent number of brokers that did not answer; undefined if the last one rejected the request */
async function nextServer(address: Address, silent: number | undefined): Promise<Address> {
  const view = await KafkaSession.with(address, DEADLINE_MS, liveBrokers);
  if (silent === undefined) {
    return controllerOr(address, view);
  }
  const brokers = [...view.brokers.values()].sort((a, b) => a.id - b.id);
  return brokers[silent % brokers.length] ?? address;
}
