/*
 * Executes a plan. Each topic succeeds or fails alone, and every step can be repeated: after a crash the next run plans what is
 * left.
 */
import { KafkaUnavailable } from '../../kafka/connection';
import { TOPIC_ERROR, TopicResult } from '../../kafka/topic-admin';
import { log } from '../../runtime/log';
import { reasonOf } from '../../runtime/errors';
import { batches } from '../batches';
import { KafkaTopics } from '../kafka-topics';
import { TopicPlan } from '../plan/topic-plan';

/** What a run does with a topic. */
export type TopicAction = 'create' | 'add partitions' | 'change settings' | 'delete';

/** A topic for which Kafka rejected a request. */
export interface Rejection {
  readonly topic: string;
  readonly action: TopicAction;
  readonly errorCode: number;
  readonly message: string;
}

/** Result of a run. */
export interface Applied {
  readonly done: Readonly<Record<TopicAction, number>>;
  readonly rejected: readonly Rejection[];
  /** Topics that another client changed at the same time. */
  readonly raced: number;
  /** Reason why Kafka was not reached any more, and the number of topics that are left. */
  readonly outage?: { readonly reason: string; readonly left: number };
}

/** Results that another client or another run causes. */
const RACES: Readonly<Record<TopicAction, readonly number[]>> = {
  create: [TOPIC_ERROR.alreadyExists],
  'add partitions': [TOPIC_ERROR.unknownTopic, TOPIC_ERROR.invalidPartitions],
  'change settings': [TOPIC_ERROR.unknownTopic],
  delete: [TOPIC_ERROR.unknownTopic],
};

interface Step {
  readonly action: TopicAction;
  readonly topics: readonly { readonly name: string }[];
  readonly send: () => Promise<TopicResult[]>;
}

/** Executes a plan: what clients may wait for first, and deletions last. */
export async function applyPlan(plan: TopicPlan, kafka: KafkaTopics, signal: AbortSignal): Promise<Applied> {
  const done: Record<TopicAction, number> = {
    create: 0,
    'add partitions': 0,
    'change settings': 0,
    delete: 0,
  };
  const rejected: Rejection[] = [];
  let raced = 0;
  const steps = stepsOf(plan, kafka);
  for (const [index, { action, topics, send }] of steps.entries()) {
    signal.throwIfAborted();
    let failures: TopicResult[];
    try {
      failures = await send();
    } catch (error) {
      if (!(error instanceof KafkaUnavailable)) {
        throw error;
      }
      // Kafka may have received the request. Then the next run finds the topics as declared.
      const left = steps.slice(index).reduce((sum, step) => sum + step.topics.length, 0);
      return { done, rejected, raced, outage: { reason: reasonOf(error), left } };
    }
    const races = failures.filter(({ errorCode }) => RACES[action].includes(errorCode));
    raced += races.length;
    races.forEach(({ name }) =>
      log.info('another client has changed the topic at the same time; the next run compares it again', {
        topic: name,
        action,
      }),
    );
    for (const { name, errorCode, errorMessage } of failures.filter((failure) => !races.includes(failure))) {
      rejected.push({ topic: name, action, errorCode, message: errorMessage });
    }
    done[action] += topics.length - failures.length;
    logDone(action, topics, failures);
  }
  return { done, rejected, raced };
}

function stepsOf(plan: TopicPlan, kafka: KafkaTopics): Step[] {
  const { create, addPartitions, changeSettings } = plan;
  const created = batches(
    create,
    ({ assignments, config }) => 1 + assignments.length + Object.keys(config).length,
  );
  const extended = batches(addPartitions, ({ assignments }) => assignments.length);
  const changed = batches(changeSettings, ({ set, remove }) => Object.keys(set).length + remove.length);
  const deleted = batches(plan.delete, () => 1);
  return [
    ...created.map((topics) => step('create', topics, kafka.create)),
    ...extended.map((topics) => step('add partitions', topics, kafka.addPartitions)),
    ...changed.map((topics) => step('change settings', topics, kafka.changeSettings)),
    ...deleted.map((topics) => step('delete', topics, kafka.delete)),
  ];
}

function step<T extends { readonly name: string }>(
  action: TopicAction,
  topics: readonly T[],
  request: (topics: readonly T[]) => Promise<TopicResult[]>,
): Step {
  return { action, topics, send: () => request(topics) };
}

const DONE: Readonly<Record<TopicAction, string>> = {
  create: 'topic created',
  'add partitions': 'partitions added',
  'change settings': 'settings changed',
  delete: 'topic deleted',
};

function logDone(
  action: TopicAction,
  topics: readonly { readonly name: string }[],
  failures: readonly TopicResult[],
): void {
  const failed = new Set(failures.map(({ name }) => name));
  topics
    .filter(({ name }) => !failed.has(name))
    .forEach(({ name: topic }) => log.info(DONE[action], { topic }));
}
