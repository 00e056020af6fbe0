import { describeLogDirsV4 } from '@platformatic/kafka';
import { Address, KafkaSession, KafkaUnavailable } from './connection';
import { ByteChunks, MetadataResponse, hasSameBytes, metadataApi } from './metadata';
import { PartitionView, ParsedTopics, TopicsView, parseChangedTopics, parseTopics } from './metadata-topics';

export type { PartitionView };

/** A live broker, as listed in the metadata of one server. */
export interface BrokerView extends Address {
  readonly id: number;
  readonly rack?: string;
}

/** Metadata of the cluster, as one server returns it. */
export interface ClusterView {
  readonly brokers: ReadonlyMap<number, BrokerView>;
  /** In ZooKeeper mode the controller; in KRaft mode any broker. */
  readonly controllerId: number;
  readonly topics: ReadonlySet<string>;
  readonly partitions: readonly PartitionView[];
}

/** The live brokers, as listed in the metadata of one server. */
export type LiveBrokers = Pick<ClusterView, 'brokers' | 'controllerId'>;

/** Fetches the live brokers. The addresses are those of the listener that was used. */
export async function liveBrokers(session: KafkaSession): Promise<LiveBrokers> {
  const { brokers, controllerId } = await session.send(metadataApi, []);
  return { controllerId, brokers: brokersById(brokers, session) };
}

/** Fetches the metadata of all topics. The addresses of the brokers are those of the listener that was used. */
export async function clusterView(session: KafkaSession): Promise<ClusterView> {
  return viewOf(session, null, (chunks) => parseTopics(chunks.slice()));
}

/** The broker itself, and one peer. */
const CACHED_SERVERS = 2;

/**
 * Fetches views of the cluster for one broker, repeatedly. A view has all topics, but only the partitions that have a
 * replica on the broker. Responses that repeat an earlier one are not parsed again.
 */
export class MetadataCache {
  /** Last response of each server, the latest first. Two servers with equal responses share one object. */
  private responses: readonly { readonly server: string; readonly topics: ParsedTopics }[] = [];

  /** Bytes of all responses so far. */
  private received = 0;

  constructor(private readonly broker: number) {}

  /** Bytes of topics that servers have sent so far. */
  get receivedBytes(): number {
    return this.received;
  }

  /** Fetches the metadata of all topics. */
  async fetch(session: KafkaSession): Promise<ClusterView> {
    const { host, port } = session.address;
    return viewOf(session, null, (chunks) => this.read(`${host}:${port}`, chunks));
  }

  /** Fetches the metadata of some topics. */
  async fetchTopics(session: KafkaSession, topics: readonly string[]): Promise<ClusterView> {
    return viewOf(session, topics, (chunks) => {
      this.received += chunks.length;
      return parseTopics(chunks.slice(), this.broker);
    });
  }

  private read(server: string, chunks: ByteChunks): TopicsView {
    this.received += chunks.length;
    const known = this.responses.map(({ topics }) => topics);
    const topics =
      known.find(({ bytes }) => hasSameBytes(bytes, chunks)) ??
      parseChangedTopics(chunks.slice(), this.broker, known[0]);
    const others = this.responses.filter((response) => response.server !== server);
    this.responses = [{ server, topics }, ...others].slice(0, CACHED_SERVERS);
    return topics.view;
  }
}

async function viewOf(
  session: KafkaSession,
  topics: readonly string[] | null,
  read: (chunks: ByteChunks) => TopicsView,
): Promise<ClusterView> {
  // Fields that change with each response, such as the controller in KRaft mode, precede the topics.
  const { brokers, controllerId, topics: chunks } = await session.send(metadataApi, topics);
  const { topics: names, partitions } = read(chunks);
  return { controllerId, brokers: brokersById(brokers, session), topics: names, partitions };
}

function brokersById(
  brokers: MetadataResponse['brokers'],
  { address }: KafkaSession,
): ReadonlyMap<number, BrokerView> {
  const { credentials } = address;
  return new Map(brokers.map((broker) => [broker.id, { ...broker, credentials }]));
}

/**
 * Counts the replicas in the log directories of a broker, by topic. Failed log directories are left out.
 *
 * @param session with that broker
 * @throws KafkaUnavailable if the broker does not describe its log directories, for example without authorization
 */
export async function hostedReplicas(session: KafkaSession): Promise<ReadonlyMap<string, number>> {
  const { errorCode, results } = await session.sendAllowingErrors(describeLogDirsV4.api, null);
  if (errorCode !== 0) {
    throw new KafkaUnavailable(`the broker does not describe its log directories: error code ${errorCode}`);
  }
  const replicas = new Map<string, number>();
  // A failed log directory has an error code of its own.
  const online = results.filter((logDir) => logDir.errorCode === 0);
  for (const { name, partitions } of online.flatMap(({ topics }) => topics)) {
    replicas.set(name, (replicas.get(name) ?? 0) + partitions.length);
  }
  return replicas;
}

/** Returns those of some topics that the agent is not authorized to describe. They may not exist. */
export async function unauthorizedTopics(
  session: KafkaSession,
  topics: readonly string[],
): Promise<string[]> {
  const { topics: chunks } = await session.send(metadataApi, topics);
  return [...parseTopics(chunks.slice()).unauthorized];
}
