import { describeLogDirsV4, listPartitionReassignmentsV0 } from '@platformatic/kafka';
import { Address, KafkaSession, KafkaUnavailable } from './connection';
import { ByteChunks, hasSameBytes, metadataApi } from './metadata';
import { partitionName } from './partition-name';
import { PartitionView, ParsedTopics, TopicsView, parseChangedTopics, parseTopics } from './metadata-topics';

export type { PartitionView };

/** A live broker, as one server sees it. */
export interface BrokerView extends Address {
  readonly id: number;
  readonly rack?: string;
}

/** The cluster, as one server sees it. */
export interface ClusterView {
  readonly brokers: ReadonlyMap<number, BrokerView>;
  /** In ZooKeeper mode the broker that decides; in KRaft any. */
  readonly controllerId: number;
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
}

/** Asks a server for all brokers and all topics. The brokers are told for the listener that is asked. */
export async function clusterView(session: KafkaSession): Promise<ClusterView> {
  return viewOf(session, null, (pieces) => parseTopics(pieces.slice()));
}

/** The broker itself, and one other. */
const CACHED_SERVERS = 2;

/**
 * Views of the cluster for the sake of one broker, round after round. They have all topics, but only those partitions
 * that have a replica on the broker; and what servers say again as they said it before is not read again.
 */
export class MetadataCache {
  /** What servers said last, the latest first; what two of them say in the same bytes is the same object. */
  private responses: readonly { readonly server: string; readonly answer: ParsedTopics }[] = [];

  constructor(private readonly broker: number) {}

  /** Asks a server for all brokers and all topics. */
  async fetch(session: KafkaSession): Promise<ClusterView> {
    const { host, port } = session.address;
    return viewOf(session, null, (pieces) => this.read(`${host}:${port}`, pieces));
  }

  /** Asks a server for all brokers and some topics. */
  async fetchTopics(session: KafkaSession, topics: readonly string[]): Promise<ClusterView> {
    return viewOf(session, topics, (pieces) => parseTopics(pieces.slice(), this.broker));
  }

  private read(server: string, pieces: ByteChunks): TopicsView {
    const answers = this.responses.map(({ answer }) => answer);
    const answer =
      answers.find(({ bytes }) => hasSameBytes(bytes, pieces)) ??
      parseChangedTopics(pieces.slice(), this.broker, answers[0]);
    const others = this.responses.filter((one) => one.server !== server);
    this.responses = [{ server, answer }, ...others].slice(0, CACHED_SERVERS);
    return answer.view;
  }
}

async function viewOf(
  session: KafkaSession,
  topics: readonly string[] | null,
  read: (pieces: ByteChunks) => TopicsView,
): Promise<ClusterView> {
  // What changes from answer to answer, such as the controller in KRaft mode, comes before the topics.
  const { brokers, controllerId, topics: pieces } = await session.send(metadataApi, topics);
  const { credentials } = session.address;
  const { topics: names, partitions } = read(pieces);
  return {
    controllerId,
    brokers: new Map(brokers.map((broker) => [broker.id, { ...broker, credentials }])),
    topics: names,
    partitions,
  };
}

/**
 * How many replicas the disks of a broker hold, by topic, those left out that Kafka has given up. The broker itself must be
 * asked.
 *
 * @throws KafkaUnavailable when it does not say, for want of rights for example
 */
export async function hostedReplicas(session: KafkaSession): Promise<ReadonlyMap<string, number>> {
  const { errorCode, results } = await session.sendAllowingErrors(describeLogDirsV4.api, null);
  if (errorCode !== 0) {
    throw new KafkaUnavailable(`the broker does not say what is on its disks: error ${errorCode}`);
  }
  const found = new Map<string, number>();
  // A disk that has failed has an error of its own.
  const sound = results.filter((disk) => disk.errorCode === 0);
  for (const { name, partitions } of sound.flatMap(({ topics }) => topics)) {
    found.set(name, (found.get(name) ?? 0) + partitions.length);
  }
  return found;
}

/** Which of some topics exist, perhaps, and are kept from whoever asks. */
export async function unauthorizedTopics(session: KafkaSession, topics: readonly string[]): Promise<string[]> {
  const { topics: pieces } = await session.send(metadataApi, topics);
  return [...parseTopics(pieces.slice()).unauthorized];
}

/** Replicas that a running reassignment is still adding: `topic-partition` to broker ids. */
export async function addingReplicas(session: KafkaSession): Promise<ReadonlyMap<string, readonly number[]>> {
  const { topics } = await session.send(listPartitionReassignmentsV0.api, 5_000, null);
  return new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, addingReplicas: adding }): [string, number[]] => [
        partitionName(name, partitionIndex),
        adding,
      ]),
    ),
  );
}
