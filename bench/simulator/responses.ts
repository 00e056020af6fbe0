/*
 * Encoded responses of a broker: Metadata v12, DescribeQuorum v2, ListPartitionReassignments v0, DescribeLogDirs v4.
 */
import { KafkaBytes } from '../../test/support/kafka-bytes';
import {
  SimulatedCluster,
  SimulatedLogDir,
  SimulatedMember,
  SimulatedQuorum,
  SimulatedTopic,
} from './cluster';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const TOPIC_AUTHORIZATION_FAILED = 29;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Metadata responses. Only changed topics are encoded again. */
export class MetadataResponses {
  private head: Buffer = Buffer.alloc(0);
  private all: Buffer = Buffer.alloc(0);
  private encoded = new Map<SimulatedTopic, Buffer>();
  private byName = new Map<string, SimulatedTopic>();
  private unauthorized: ReadonlySet<string> = new Set();

  constructor(cluster: SimulatedCluster) {
    this.setCluster(cluster);
  }

  /**
   * Sets the cluster of the next responses.
   *
   * @param unauthorized topics that the client is not authorized to describe
   */
  setCluster(
    { brokers, clusterId, controllerId, topics: all }: SimulatedCluster,
    unauthorized: readonly string[] = [],
  ): void {
    this.unauthorized = new Set(unauthorized);
    const topics = all.filter(({ name }) => !this.unauthorized.has(name));
    const head = new KafkaBytes().int32(0);
    head
      .list(brokers, ({ id, host, port, rack }) => head.int32(id).text(host).int32(port).text(rack))
      .text(clusterId)
      .int32(controllerId);
    this.head = head.bytes;
    this.byName = new Map(topics.map((topic) => [topic.name, topic]));
    this.encoded = new Map(topics.map((topic) => [topic, this.encoded.get(topic) ?? topicBytes(topic)]));
    this.all = this.listOf(topics);
  }

  /** @param names names of the requested topics; null for all topics */
  response(names: readonly string[] | null): readonly Buffer[] {
    const topics = names?.map((name) => this.byName.get(name) ?? this.unknownTopic(name));
    return [this.head, topics ? this.listOf(topics) : this.all];
  }

  private unknownTopic(name: string): SimulatedTopic {
    const errorCode = this.unauthorized.has(name) ? TOPIC_AUTHORIZATION_FAILED : UNKNOWN_TOPIC_OR_PARTITION;
    return { errorCode, name, id: NO_ID, isInternal: false, partitions: [], operations: -2_147_483_648 };
  }

  private listOf(topics: readonly SimulatedTopic[]): Buffer {
    const count = new KafkaBytes().varint(topics.length + 1).bytes;
    const tags = new KafkaBytes().noTags().bytes;
    return Buffer.concat([
      count,
      ...topics.map((topic) => this.encoded.get(topic) ?? topicBytes(topic)),
      tags,
    ]);
  }
}

function topicBytes({ errorCode, name, id, isInternal, partitions, operations }: SimulatedTopic): Buffer {
  const bytes = new KafkaBytes(128 + 64 * partitions.length);
  return bytes
    .int16(errorCode)
    .text(name)
    .uuid(id)
    .boolean(isInternal)
    .list(partitions, (one) =>
      bytes
        .int16(one.errorCode)
        .int32(one.index)
        .int32(one.leader)
        .int32(one.leaderEpoch)
        .ids(one.replicas)
        .ids(one.isr)
        .ids(one.offline),
    )
    .int32(operations)
    .noTags().bytes;
}

/** Encodes DescribeQuorum. */
export function describeQuorumResponse(quorum: SimulatedQuorum): Buffer {
  const bytes = new KafkaBytes();
  const members = (list: readonly SimulatedMember[]) =>
    bytes.list(list, ({ id, directory, logEndOffset, lastFetch, lastCaughtUp }) =>
      bytes.int32(id).uuid(directory).int64(logEndOffset).int64(lastFetch).int64(lastCaughtUp),
    );
  return bytes
    .int16(0)
    .text('')
    .list(['__cluster_metadata'], (topic) =>
      bytes.text(topic).list([0], (partition) => {
        bytes
          .int32(partition)
          .int16(0)
          .text('')
          .int32(quorum.leader)
          .int32(quorum.leaderEpoch)
          .int64(quorum.highWatermark);
        members(quorum.voters);
        members(quorum.observers);
      }),
    )
    .list(quorum.nodes, ({ id, listeners }) =>
      bytes.int32(id).list(listeners, ({ name, host, port }) =>
        bytes
          .text(name)
          .text(host)
          .int16((port << 16) >> 16),
      ),
    )
    .noTags().bytes;
}

/** Encodes ListPartitionReassignments without reassignments. */
export function noReassignmentsResponse(): Buffer {
  const bytes = new KafkaBytes().int32(0).int16(0).text(null);
  return bytes.list([], () => undefined).noTags().bytes;
}

/** Encodes DescribeLogDirs. */
export function describeLogDirsResponse(dirs: readonly SimulatedLogDir[] | number): Buffer {
  const bytes = new KafkaBytes().int32(0).int16(typeof dirs === 'number' ? dirs : 0);
  return bytes
    .list(typeof dirs === 'number' ? [] : dirs, ({ errorCode, path, topics, total, usable }) =>
      bytes
        .int16(errorCode)
        .text(path)
        .list(topics, ({ name, partitions }) =>
          bytes
            .text(name)
            .list(partitions, ({ index, size, offsetLag, isFuture }) =>
              bytes.int32(index).int64(size).int64(offsetLag).boolean(isFuture),
            ),
        )
        .int64(total)
        .int64(usable),
    )
    .noTags().bytes;
}
