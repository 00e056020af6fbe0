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

/** Kind of a change to a topic. */
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
  /** Topics for which Kafka has executed the request. */
  readonly done: Readonly<Record<TopicAction, readonly string[]>>;
  readonly rejected: readonly Rejection[];
  /** Number of topics that are left because Kafka was not reached any more. */
  readonly left?: number;
}

/** Results that another client or another run causes. */
const RACES: Readonly<Record<TopicAction, readonly number[]>> = {
  create: [TOPIC_ERROR.alreadyExists],
  'add partitions': [TOPIC_ERROR.unknownTopic, TOPIC_ERROR.invalidPartitions],
  'change settings': [TOPIC_ERROR.unknownTopic],
  delete: [],
};

interface Step {
  readonly action: TopicAction;
  readonly topics: readonly { readonly name: string }[];
  readonly send: () => Promise<TopicResult[]>;
}

/** Executes a plan: what clients may wait for first, and deletions last. */
export async function applyPlan(plan: TopicPlan, kafka: KafkaTopics, signal: AbortSignal): Promise<Applied> {
  const done: Record<TopicAction, string[]> = {
    create: [],
    'add partitions': [],
    'change settings': [],
    delete: [],
  };
  const rejected: Rejection[] = [];
  const steps = stepsOf(plan, kafka);
  for (const [index, { action, topics, send }] of steps.entries()) {
    signal.throwIfAborted();
    let results: TopicResult[];
    try {
      results = await send();
    } catch (error) {
      if (!(error instanceof KafkaUnavailable)) {
        throw error;
      }
      // Kafka may have received the request. Then the next run finds the topics as declared.
      const left = steps.slice(index).reduce((sum, step) => sum + step.topics.length, 0);
      log.error('Kafka has stopped responding; the next run continues', { left, reason: reasonOf(error) });
      return { done, rejected, left };
    }
    const failures = results.filter((result) => !isAsWanted(action, result));
    done[action].push(...logDone(action, topics, failures));
    rejected.push(
      ...failures.filter((failure) => !isRace(action, failure)).map((failure) => rejection(action, failure)),
    );
  }
  return { done, rejected };
}

/** Another client or run has deleted the topic, or Kafka had executed the first attempt of the request. */
function isAsWanted(action: TopicAction, { errorCode }: TopicResult): boolean {
  return action === 'delete' && errorCode === TOPIC_ERROR.unknownTopic;
}

function isRace(action: TopicAction, { name: topic, errorCode }: TopicResult): boolean {
  const isOne = RACES[action].includes(errorCode);
  if (isOne) {
    log.info('another client has changed the topic at the same time; the next run compares it again', {
      topic,
      action,
    });
  }
  return isOne;
}

function rejection(action: TopicAction, { name, errorCode, errorMessage }: TopicResult): Rejection {
  return { topic: name, action, errorCode, message: errorMessage };
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

/** Returns the topics for which the request did not fail. */
function logDone(
  action: TopicAction,
  topics: readonly { readonly name: string }[],
  failures: readonly TopicResult[],
): string[] {
  const failed = new Set(failures.map(({ name }) => name));
  const names = topics.map(({ name }) => name).filter((name) => !failed.has(name));
  names.forEach((topic) => log.info(DONE[action], { topic }));
  return names;
}
