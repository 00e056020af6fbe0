import { setTimeout as sleep } from 'node:timers/promises';
import { liveBrokers } from '../kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable, UnsupportedApi } from '../kafka/connection';
import { controllerOr } from '../kafka/peer-brokers';
import { TOPIC_ERROR, TopicResult } from '../kafka/topic-admin';

/** The controller responds within 30 seconds. */
const DEADLINE_MS = 40_000;
/** Number of requests for each topic. */
const MAX_ATTEMPTS = 3;
/** Time after which a controller that was too busy is asked again. */
const PAUSE_MS = 1_000;

/** Errors of a controller that is too busy. It may have executed the request. */
const BUSY: readonly number[] = [TOPIC_ERROR.requestTimedOut, TOPIC_ERROR.throttlingQuotaExceeded];

/** A request about topics. */
type TopicRequest<T> = (session: KafkaSession, items: readonly T[]) => Promise<TopicResult[]>;

/**
 * Sends requests that the controller handles through any broker. In KRaft mode every broker forwards them, and the
 * controller that Metadata names is a random broker. In ZooKeeper mode other brokers reject them, and Metadata names the
 * controller.
 */
export class ControllerRequests {
  /** The server that answered last. */
  private server: Address;

  /** @param bootstrap the broker to ask first */
  constructor(
    private readonly bootstrap: Address,
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {
    this.server = bootstrap;
  }

  /**
   * Sends a request. It is sent again for topics that have no result, or whose result is temporary.
   *
   * @returns topics for which the request failed
   * @throws KafkaUnavailable if no broker answers
   */
  async send<T extends { readonly name: string }>(
    items: readonly T[],
    request: TopicRequest<T>,
  ): Promise<TopicResult[]> {
    const results = new Map<string, TopicResult>();
    let open = items;
    for (let attempt = 1; open.length > 0 && attempt <= MAX_ATTEMPTS; attempt++) {
      const isLast = attempt === MAX_ATTEMPTS;
      const answers = await this.ask(open, request, isLast);
      answers?.forEach((result) => results.set(result.name, result));
      open = open.filter(({ name }) => isOpen(results.get(name)));
      if (open.length > 0 && !isLast) {
        await this.prepareNext(results, open, answers === undefined ? attempt : undefined);
      }
    }
    return items
      .map(
        ({ name }) =>
          results.get(name) ?? { name, errorCode: -1, errorMessage: 'no result in the answer of Kafka' },
      )
      .filter(({ errorCode }) => errorCode !== 0);
  }

  /** Results; undefined if the server does not answer and another one can be asked. */
  private async ask<T>(
    items: readonly T[],
    request: TopicRequest<T>,
    isLast: boolean,
  ): Promise<TopicResult[] | undefined> {
    try {
      return await KafkaSession.with(this.server, DEADLINE_MS, (session) => request(session, items));
    } catch (error) {
      if (isLast || !(error instanceof KafkaUnavailable) || error instanceof UnsupportedApi) {
        throw error;
      }
      return undefined;
    }
  }

  /** @param silent number of brokers that did not answer; undefined if the last one rejected the request */
  private async prepareNext(
    results: ReadonlyMap<string, TopicResult>,
    open: readonly { readonly name: string }[],
    silent: number | undefined,
  ): Promise<void> {
    if (open.some(({ name }) => BUSY.includes(results.get(name)?.errorCode ?? 0))) {
      await this.pause(PAUSE_MS);
    } else {
      this.server = await this.nextServer(silent);
    }
  }

  private async nextServer(silent: number | undefined): Promise<Address> {
    const view = await KafkaSession.with(this.bootstrap, DEADLINE_MS, liveBrokers);
    if (silent === undefined) {
      return controllerOr(this.bootstrap, view);
    }
    const brokers = [...view.brokers.values()].sort((a, b) => a.id - b.id);
    return brokers[silent % brokers.length] ?? this.bootstrap;
  }
}

function isOpen(result: TopicResult | undefined): boolean {
  return (
    result === undefined || result.errorCode === TOPIC_ERROR.notController || BUSY.includes(result.errorCode)
  );
}
