import { liveBrokers } from '../kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../kafka/connection';
import { controllerOr } from '../kafka/peer-brokers';
import { TOPIC_ERROR, TopicResult } from '../kafka/topic-admin';

/** The controller responds within 30 seconds. */
const DEADLINE_MS = 40_000;
/** Number of brokers that are asked. */
const MAX_ATTEMPTS = 3;

/** A request about topics. */
type TopicRequest<T> = (session: KafkaSession, items: readonly T[]) => Promise<TopicResult[]>;

/**
 * Sends a request that the controller handles through any broker. In KRaft mode every broker forwards the request, and the
 * controller that Metadata names is a random broker. In ZooKeeper mode other brokers reject the request, and Metadata names the
 * controller.
 *
 * @param address the broker to ask first
 * @returns topics for which the request failed
 * @throws KafkaUnavailable if no broker answers
 */
export async function askController<T extends { readonly name: string }>(
  address: Address,
  items: readonly T[],
  request: TopicRequest<T>,
): Promise<TopicResult[]> {
  const results = new Map<string, TopicResult>();
  let open = items;
  let server = address;
  for (let attempt = 1; open.length > 0 && attempt <= MAX_ATTEMPTS; attempt++) {
    const isLast = attempt === MAX_ATTEMPTS;
    const asked = open;
    const answers = await KafkaSession.with(server, DEADLINE_MS, (session) => request(session, asked)).catch(
      (error: unknown) => {
        if (isLast || !(error instanceof KafkaUnavailable)) {
          throw error;
        }
        return undefined;
      },
    );
    answers?.forEach((result) => results.set(result.name, result));
    open = open.filter(({ name }) => isUnanswered(results.get(name)));
    if (open.length > 0 && !isLast) {
      server = await nextServer(address, answers === undefined ? attempt : undefined);
    }
  }
  return items
    .map(
      ({ name }) =>
        results.get(name) ?? { name, errorCode: -1, errorMessage: 'no result in the answer of Kafka' },
    )
    .filter(({ errorCode }) => errorCode !== 0);
}

function isUnanswered(result: TopicResult | undefined): boolean {
  return result === undefined || result.errorCode === TOPIC_ERROR.notController;
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
