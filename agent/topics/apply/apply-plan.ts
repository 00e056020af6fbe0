/*
 * Executes a plan. Each topic succeeds or fails alone, and every step can be repeated: after a crash the next run plans what is
 * left.
 */
import { KafkaUnavailable, UnsupportedApi } from '../../kafka/connection';
import { TOPIC_ERROR, TopicResult } from '../../kafka/topic-admin';
import { log } from '../../runtime/log';
import { OperatorError, reasonOf } from '../../runtime/errors';
import { batches } from '../batches';
import { ignoreUnavailable } from '../../kafka/ignore-unavailable';
import { KafkaTopics } from '../kafka-topics';
import { eachInParallel } from '../../runtime/parallel';
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

/** Requests at the same time. */
const PARALLEL = 2;

interface Step {
  readonly action: TopicAction;
  /** Topics of each request. */
  readonly requests: readonly {
    readonly topics: readonly { readonly name: string }[];
    readonly send: () => Promise<TopicResult[]>;
  }[];
}

/** Executes a plan: what clients may wait for first, and deletions last. */
export async function applyPlan(plan: TopicPlan, kafka: KafkaTopics, signal: AbortSignal): Promise<Applied> {
  const run = new PlanRun(signal);
  for (const step of stepsOf(plan, kafka)) {
    await run.execute(step);
  }
  const hidden = run.existing.length === 0 ? [] : await kafka.hidden(run.existing).catch(ignoreUnavailable);
  run.rejected.push(...(hidden ?? []).map(hiddenRejection));
  const { done, left, rejected } = run;
  return { done, rejected, ...(left === 0 ? {} : { left }) };
}

/** Executes the steps of a plan. After Kafka has stopped responding it only counts what is left. */
class PlanRun {
  readonly done: Record<TopicAction, string[]> = {
    create: [],
    'add partitions': [],
    'change settings': [],
    delete: [],
  };
  readonly rejected: Rejection[] = [];
  /** Topics that exist, although the view of the cluster did not have them. */
  readonly existing: string[] = [];
  left = 0;

  constructor(private readonly signal: AbortSignal) {}

  async execute({ action, requests }: Step): Promise<void> {
    await eachInParallel(requests, PARALLEL, async ({ topics, send }) => {
      this.signal.throwIfAborted();
      const results = this.left > 0 ? undefined : await this.results(send);
      if (results === undefined) {
        // Kafka may have received the request. Then the next run finds the topics as declared.
        this.left += topics.length;
      } else {
        this.evaluate(action, topics, results);
      }
    });
  }

  private async results(send: () => Promise<TopicResult[]>): Promise<TopicResult[] | undefined> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof UnsupportedApi) {
        throw new OperatorError(
          error.message,
          'use a version of Kafka that this version of cdk8s-kafka supports',
        );
      }
      if (!(error instanceof KafkaUnavailable)) {
        throw error;
      }
      if (this.left === 0) {
        log.error('Kafka has stopped responding; the next run continues', { reason: reasonOf(error) });
      }
      return undefined;
    }
  }

  private evaluate(
    action: TopicAction,
    topics: readonly { readonly name: string }[],
    results: readonly TopicResult[],
  ): void {
    const failures = results.filter((result) => !isAsWanted(action, result));
    this.done[action].push(...logDone(action, topics, failures));
    for (const failure of failures) {
      if (!isRace(action, failure)) {
        this.rejected.push(rejection(action, failure));
      } else if (action === 'create') {
        this.existing.push(failure.name);
      }
    }
  }
}

/** Kafka leaves topics out of its metadata that the principal may not describe. */
function hiddenRejection(topic: string): Rejection {
  return {
    topic,
    action: 'create',
    errorCode: TOPIC_ERROR.topicAuthorizationFailed,
    message: 'they exist, and Kafka does not show them to this principal',
  };
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
    step('create', created, kafka.create),
    step('add partitions', extended, kafka.addPartitions),
    step('change settings', changed, kafka.changeSettings),
    step('delete', deleted, kafka.delete),
  ];
}

function step<T extends { readonly name: string }>(
  action: TopicAction,
  batch: readonly (readonly T[])[],
  request: (topics: readonly T[]) => Promise<TopicResult[]>,
): Step {
  return { action, requests: batch.map((topics) => ({ topics, send: () => request(topics) })) };
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
