/*
 * Kafka in memory, as a run sees it. It accepts and rejects requests as Kafka does. Tests can interfere with each request.
 */
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { TOPIC_ERROR, TopicResult } from '../../../agent/kafka/topic-admin';
import { ClusterView } from '../../../agent/kafka/cluster-view';
import { KafkaTopics, targetView } from '../../../agent/topics/kafka-topics';
import { clusterOf, partition } from '../views';

/** A broker. */
export interface FakeNode {
  readonly zone?: string;
  readonly isLive?: boolean;
  readonly isCordoned?: boolean;
}

/** A topic. */
export interface FakeTopic {
  /** Replica lists of the partitions. */
  readonly partitions: number[][];
  readonly settings: Map<string, string>;
}

/** A running reassignment. */
export interface FakeReassignment {
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/**
 * Called before and after the effect of each request, and between its effects on two topics. It can throw, wait, or act as
 * another client.
 */
export type Interference = (request: string, phase: 'before' | 'within' | 'after') => void | Promise<void>;

type Effect<T> = (topic: T) => number;

/** Brokers and topics in memory. */
export class FakeKafka implements KafkaTopics {
  readonly brokers = new Map<number, FakeNode>();
  readonly topics = new Map<string, FakeTopic>();
  /** Bytes by `topic-partition`. Only live leaders answer. */
  readonly bytes = new Map<string, number>();
  /** Received requests with the names of topics. */
  readonly requests: string[] = [];
  /** Error codes by topic, for all requests that would change it. */
  readonly rejections = new Map<string, number>();
  /** Topics of which Kafka hides the settings. */
  readonly unreadable = new Set<string>();
  /** Topics that Kafka does not show. */
  readonly concealed = new Set<string>();
  /** Running reassignments by `topic-partition`. */
  readonly reassignments = new Map<string, FakeReassignment>();
  interference: Interference = () => undefined;

  constructor(
    brokers: Readonly<Record<number, FakeNode>> = {},
    topics: Readonly<Record<string, number[][]>> = {},
  ) {
    Object.entries(brokers).forEach(([id, broker]) => this.brokers.set(Number(id), broker));
    Object.entries(topics).forEach(([name, partitions]) => this.put(name, partitions));
  }

  /** Creates or replaces a topic, as another client would. */
  put(
    name: string,
    partitions: readonly (readonly number[])[],
    settings: Readonly<Record<string, string>> = {},
  ): void {
    this.topics.set(name, {
      partitions: partitions.map((replicas) => [...replicas]),
      settings: new Map(Object.entries(settings)),
    });
  }

  /** A copy of all topics with their partitions and settings. */
  get content(): Record<string, { partitions: number[][]; settings: Record<string, string> }> {
    return Object.fromEntries(
      [...this.topics]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { partitions, settings }]) => [
          name,
          { partitions: structuredClone(partitions), settings: Object.fromEntries([...settings].sort()) },
        ]),
    );
  }

  view: KafkaTopics['view'] = () =>
    this.request('view', [], () => targetView(this.metadata, this.reassignments));

  hidden: KafkaTopics['hidden'] = (topics) =>
    this.request('hidden', [], () => topics.filter((topic) => this.concealed.has(topic)));

  private get metadata(): ClusterView {
    const visible = [...this.topics].filter(([name]) => !this.concealed.has(name));
    return clusterOf({
      brokers: [...this.brokers]
        .filter(([id]) => this.isLive(id))
        .map(([id, { zone }]) => ({ id, rack: zone })),
      bareTopics: visible.map(([name]) => name),
      partitions: visible.flatMap(([name, { partitions }]) =>
        partitions.map((replicas, index) => partition(name, index, [...replicas])),
      ),
    });
  }

  settings: KafkaTopics['settings'] = (_, topics) =>
    this.request('settings', topics, () => {
      const known = topics.filter(({ name }) => this.topics.has(name) && !this.unreadable.has(name));
      return new Map(
        known.map(({ name, settings }) => [
          name,
          new Map([...this.topics.get(name)!.settings].filter(([key]) => settings?.includes(key) ?? true)),
        ]),
      );
    });

  cordoned: KafkaTopics['cordoned'] = (_, ids) =>
    this.request('cordoned', [], () => new Set([...ids].filter((id) => this.brokers.get(id)?.isCordoned)));

  sizes: KafkaTopics['sizes'] = (_, partitions) =>
    this.request('sizes', [], () => {
      const answered = partitions.filter(({ broker }) => this.isLive(broker));
      return new Map(
        answered.flatMap(({ topic, partition: index }) => {
          const bytes = this.bytes.get(`${topic}-${index}`);
          return bytes === undefined ? [] : [[`${topic}-${index}`, bytes] as const];
        }),
      );
    });

  create: KafkaTopics['create'] = (topics) =>
    this.change('create', topics, ({ name, assignments, config }) => {
      if (this.topics.has(name)) {
        return TOPIC_ERROR.alreadyExists;
      }
      const problem = this.assignmentProblem(assignments, assignments[0]?.length);
      if (problem === 0) {
        this.put(name, assignments, config);
      }
      return problem;
    });

  addPartitions: KafkaTopics['addPartitions'] = (topics) =>
    this.change('add partitions', topics, ({ name, count, assignments }) => {
      const topic = this.topics.get(name);
      if (topic === undefined) {
        return TOPIC_ERROR.unknownTopic;
      }
      const { partitions } = topic;
      if (count <= partitions.length) {
        return TOPIC_ERROR.invalidPartitions;
      }
      const isRightNumber = assignments.length === count - partitions.length;
      const problem = isRightNumber
        ? this.assignmentProblem(assignments, partitions[0].length)
        : TOPIC_ERROR.invalidReplicaAssignment;
      if (problem === 0) {
        partitions.push(...assignments.map((replicas) => [...replicas]));
      }
      return problem;
    });

  changeSettings: KafkaTopics['changeSettings'] = (topics) =>
    this.change('change settings', topics, ({ name, set, remove }) => {
      const topic = this.topics.get(name);
      Object.entries(set).forEach(([key, value]) => topic?.settings.set(key, value));
      remove.forEach((key) => topic?.settings.delete(key));
      return topic === undefined ? TOPIC_ERROR.unknownTopic : 0;
    });

  delete: KafkaTopics['delete'] = (topics) =>
    this.change('delete', topics, ({ name }) => (this.topics.delete(name) ? 0 : TOPIC_ERROR.unknownTopic));

  private isLive(id: number): boolean {
    const broker = this.brokers.get(id);
    return broker !== undefined && broker.isLive !== false;
  }

  private assignmentProblem(assignments: readonly (readonly number[])[], replicationFactor: number): number {
    const isRight = (replicas: readonly number[]) =>
      replicas.length === replicationFactor &&
      new Set(replicas).size === replicas.length &&
      replicas.every((id) => this.isLive(id) && !this.brokers.get(id)?.isCordoned);
    return assignments.length > 0 && assignments.every(isRight) ? 0 : TOPIC_ERROR.invalidReplicaAssignment;
  }

  private change<T extends { readonly name: string }>(
    action: string,
    topics: readonly T[],
    effect: Effect<T>,
  ): Promise<TopicResult[]> {
    return this.request(action, topics, async (request) => {
      const results: TopicResult[] = [];
      for (const [index, topic] of topics.entries()) {
        if (index > 0) {
          await this.interference(request, 'within');
        }
        const errorCode = this.rejections.get(topic.name) ?? effect(topic);
        results.push({ name: topic.name, errorCode, errorMessage: `code ${errorCode}` });
      }
      return results.filter(({ errorCode }) => errorCode !== 0);
    });
  }

  private async request<T>(
    action: string,
    topics: readonly { readonly name: string }[],
    effect: (request: string) => T | Promise<T>,
  ): Promise<T> {
    const name = [action, ...topics.map((topic) => topic.name)].join(' ');
    this.requests.push(name);
    await this.interference(name, 'before');
    const result = await effect(name);
    await this.interference(name, 'after');
    return result;
  }
}

/** Kafka does not answer the nth request from now on that begins with `action`. */
export function silentAt(action: string, phase: 'before' | 'after', nth = 1): Interference {
  let seen = 0;
  return (request, at) => {
    if (request.startsWith(action) && at === phase && ++seen >= nth) {
      throw new KafkaUnavailable('broker-1:9091 did not answer within 30 s');
    }
  };
}
