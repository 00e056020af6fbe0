/*
 * Brokers with sockets that implement the requests about topics. They record what they receive; tests set the answers.
 */
import { MetadataResponses, describeLogDirsResponse } from '../../../bench/simulator/responses';
import { SimulatedLogDir, partitionOf } from '../../../bench/simulator/cluster';
import { KafkaBytes, KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaApi, KafkaServer } from '../../support/kafka-server';

const KEYS = {
  metadata: 3,
  createTopics: 19,
  deleteTopics: 20,
  describeConfigs: 32,
  describeLogDirs: 35,
  createPartitions: 37,
  alterConfigs: 44,
  listReassignments: 46,
};
const ANY = [0, 99] as const;
const NOT_CONTROLLER = 41;
const UUID_SIZE = 16;

/** A received request that changes topics. */
export interface ReceivedChange {
  readonly broker: number;
  readonly api: 'create' | 'add partitions' | 'change settings' | 'delete';
  readonly topics: readonly { readonly name: string; readonly [field: string]: unknown }[];
}

/** A setting in DescribeConfigs; source 1 is the topic itself. */
export interface DescribedSetting {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

/** A received request for settings. */
export interface ReceivedDescription {
  readonly broker: number;
  readonly resource: string;
  readonly keys: readonly string[] | null;
}

/** A running reassignment of a partition. */
export interface RunningReassignment {
  readonly topic: string;
  readonly index: number;
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** Several brokers of one cluster. */
export class TopicServers {
  readonly changes: ReceivedChange[] = [];
  readonly descriptions: ReceivedDescription[] = [];
  /** Error codes by topic. */
  readonly codes = new Map<string, number>();
  /** Settings by topic or broker id. Others have an authorization error. */
  readonly settings = new Map<string, readonly DescribedSetting[]>();
  /** Log directories by broker id, or an error code. */
  readonly logDirs = new Map<number, readonly SimulatedLogDir[] | number>();
  /** Running reassignments, or an error code. */
  reassignments: readonly RunningReassignment[] | number = [];
  /** In ZooKeeper mode other brokers reject changes of topics. */
  controller?: number;
  private readonly servers = new Map<number, KafkaServer>();
  private metadata!: MetadataResponses;

  private constructor() {}

  /** Starts brokers with topics, which have the first broker as the only replica of their partitions. */
  static async start(
    ids: readonly number[],
    topics: Readonly<Record<string, number>> = {},
  ): Promise<TopicServers> {
    const cluster = new TopicServers();
    for (const id of ids) {
      cluster.servers.set(id, await KafkaServer.start(cluster.apisOf(id)));
    }
    cluster.metadata = new MetadataResponses({
      clusterId: 'q1Sh-9_ISia_zwGINzRvyQ',
      controllerId: ids.at(-1)!,
      brokers: ids.map((id) => ({ id, host: '127.0.0.1', port: cluster.portOf(id), rack: `zone-${id}` })),
      topics: Object.entries(topics).map(([name, partitions]) => ({
        errorCode: 0,
        name,
        id: '00000000-0000-0000-0000-000000000001',
        isInternal: false,
        partitions: Array.from({ length: partitions }, (_, index) => partitionOf(index, [ids[0]], [ids[0]])),
        operations: 0,
      })),
    });
    return cluster;
  }

  portOf(id: number): number {
    return this.servers.get(id)!.port;
  }

  async stop(id: number): Promise<void> {
    await this.servers.get(id)?.stop();
    this.servers.delete(id);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((id) => this.stop(id)));
  }

  private apisOf(broker: number): KafkaApi[] {
    return [
      {
        key: KEYS.metadata,
        versions: [12, 12],
        answer: (request) => this.metadata.response(topicsIn(request)),
      },
      { key: KEYS.createTopics, versions: ANY, answer: (request) => this.createTopics(broker, request) },
      {
        key: KEYS.createPartitions,
        versions: ANY,
        answer: (request) => this.createPartitions(broker, request),
      },
      { key: KEYS.deleteTopics, versions: ANY, answer: (request) => this.deleteTopics(broker, request) },
      { key: KEYS.alterConfigs, versions: ANY, answer: (request) => this.alterConfigs(broker, request) },
      {
        key: KEYS.describeConfigs,
        versions: ANY,
        answer: (request) => this.describeConfigs(broker, request),
      },
      {
        key: KEYS.describeLogDirs,
        versions: ANY,
        answer: () => describeLogDirsResponse(this.logDirs.get(broker) ?? []),
      },
      { key: KEYS.listReassignments, versions: ANY, answer: () => this.listReassignments(broker) },
    ];
  }

  private codeOf(broker: number, name: string): number {
    const isRejected = this.controller !== undefined && this.controller !== broker;
    return isRejected ? NOT_CONTROLLER : (this.codes.get(name) ?? 0);
  }

  private listReassignments(broker: number): Buffer {
    const isRejected = this.controller !== undefined && this.controller !== broker;
    const answer = isRejected ? NOT_CONTROLLER : this.reassignments;
    const code = typeof answer === 'number' ? answer : 0;
    const bytes = new KafkaBytes().int32(0).int16(code).text(this.messageOf(code));
    return bytes
      .list(typeof answer === 'number' ? [] : answer, ({ topic, index, replicas, adding, removing }) => {
        bytes.text(topic);
        bytes.list([index], () => bytes.int32(index).ids(replicas).ids(adding).ids(removing));
      })
      .noTags().bytes;
  }

  private messageOf(code: number): string | null {
    return code === 0 ? null : `message of ${code}`;
  }

  private createTopics(broker: number, request: KafkaRequestBody): Buffer {
    const topics = request.list(() => ({
      name: request.text()!,
      numbers: [request.int32(), request.int16()],
      assignments: request.list(() => ({ index: request.int32(), brokers: ids(request) })),
      config: Object.fromEntries(request.list(() => [request.text()!, request.text()])!),
    }))!;
    this.changes.push({ broker, api: 'create', topics });
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list(topics, ({ name }) => {
        const code = this.codeOf(broker, name);
        bytes
          .text(name)
          .uuid('0'.repeat(32))
          .int16(code)
          .text(this.messageOf(code))
          .int32(1)
          .int16(1)
          .varint(0);
      })
      .noTags().bytes;
  }

  private createPartitions(broker: number, request: KafkaRequestBody): Buffer {
    const topics = request.list(() => ({
      name: request.text()!,
      count: request.int32(),
      assignments: request.list(() => ids(request)),
    }))!;
    this.changes.push({ broker, api: 'add partitions', topics });
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list(topics, ({ name }) => {
        const code = this.codeOf(broker, name);
        bytes.text(name).int16(code).text(this.messageOf(code));
      })
      .noTags().bytes;
  }

  private deleteTopics(broker: number, request: KafkaRequestBody): Buffer {
    const topics = request.list(() => {
      const name = request.text()!;
      request.skip(UUID_SIZE);
      return { name };
    })!;
    this.changes.push({ broker, api: 'delete', topics });
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list(topics, ({ name }) => {
        const code = this.codeOf(broker, name);
        bytes.text(name).uuid('0'.repeat(32)).int16(code).text(this.messageOf(code));
      })
      .noTags().bytes;
  }

  private alterConfigs(broker: number, request: KafkaRequestBody): Buffer {
    const topics = request.list(() => ({
      type: request.int8(),
      name: request.text()!,
      changes: request.list(() => ({
        key: request.text(),
        operation: request.int8(),
        value: request.text(),
      })),
    }))!;
    this.changes.push({ broker, api: 'change settings', topics });
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list(topics, ({ name }) => {
        const code = this.codes.get(name) ?? 0;
        bytes.int16(code).text(this.messageOf(code)).int8(2).text(name);
      })
      .noTags().bytes;
  }

  private describeConfigs(broker: number, request: KafkaRequestBody): Buffer {
    const resources = request.list(() => {
      request.int8();
      const resource = request.text()!;
      return { broker, resource, keys: strings(request) };
    })!;
    this.descriptions.push(...resources);
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list(resources, ({ resource, keys }) => {
        const all = this.settings.get(resource);
        const found = (all ?? []).filter(({ name }) => keys?.includes(name) ?? true);
        bytes
          .int16(all === undefined ? 29 : 0)
          .text(null)
          .int8(2)
          .text(resource);
        bytes.list(found, ({ name, value, source }) => {
          bytes.text(name).text(value).boolean(false).int8(source).boolean(false);
          bytes
            .list([], () => undefined)
            .int8(0)
            .text(null);
        });
      })
      .noTags().bytes;
  }
}

function topicsIn(request: KafkaRequestBody): string[] | null {
  return request.list(() => request.skip(UUID_SIZE).text() ?? '');
}

function ids(request: KafkaRequestBody): number[] {
  return request.items(() => request.int32()) ?? [];
}

function strings(request: KafkaRequestBody): string[] | null {
  return request.items(() => request.text()!);
}
