/*
 * Whether the simulated cluster answers as a real one, by hand: npm run bench:simulator -- <host>:<port>. What a real
 * broker says is read with the agent's client, told to a simulated broker, and asked there again: each answer must be
 * the same, parsed and byte for byte.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  API,
  createAPI,
  describeLogDirsV4,
  describeQuorumV2,
  listPartitionReassignmentsV0,
  metadataV12,
} from '@platformatic/kafka';
import { Address, KafkaSession } from '../agent/kafka/connection';
import { MetadataResponses } from './simulator/responses';
import { startBrokers } from './simulator/broker';
import { SimulatedLogDir, SimulatedMember, SimulatedQuorum, SimulatedTopic } from './simulator/cluster';

const DEADLINE_MS = 20_000;
const QUORUM = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
const MISSING_TOPIC = 'a-topic-that-nobody-has-made';

type Metadata = Awaited<ReturnType<typeof metadataV12.api.async>>;
type Quorum = Awaited<ReturnType<typeof describeQuorumV2.api.async>>;
type LogDirs = Awaited<ReturnType<typeof describeLogDirsV4.api.async>>;
type Member = Quorum['topics'][number]['partitions'][number]['currentVoters'][number];

/** An answer, as the library parses it and as it came. */
interface Told<T> {
  readonly parsed: T;
  readonly bytes: Buffer;
}

/** Asks, and keeps what the library does not give out. */
async function told<A extends unknown[], T>(
  server: Address,
  name: { readonly createRequest: unknown; readonly parseResponse: unknown; readonly api: API<A, T> },
  ...request: A
): Promise<Told<T>> {
  let bytes = Buffer.alloc(0);
  type Parts = Parameters<typeof createAPI<A, T>>;
  const parse = name.parseResponse as Parts[3];
  const api = createAPI<A, T>(
    name.api.key,
    name.api.version,
    name.createRequest as Parts[2],
    (correlationId, key, version, reader) => {
      const { buffer, position } = reader;
      bytes = Buffer.from(buffer.slice(position));
      return parse(correlationId, key, version, reader);
    },
  );
  const parsed = await KafkaSession.with(server, DEADLINE_MS, (session) =>
    session.sendAllowingErrors(api, ...request),
  );
  return { parsed, bytes };
}

function topicOf(topic: Metadata['topics'][number]): SimulatedTopic {
  return {
    errorCode: topic.errorCode,
    name: topic.name ?? '',
    id: topic.topicId,
    isInternal: topic.isInternal,
    operations: topic.topicAuthorizedOperations,
    partitions: topic.partitions.map((one) => ({
      errorCode: one.errorCode,
      index: one.partitionIndex,
      leader: one.leaderId,
      leaderEpoch: one.leaderEpoch,
      replicas: one.replicaNodes,
      isr: one.isrNodes,
      offline: one.offlineReplicas,
    })),
  };
}

function memberOf(member: Member): SimulatedMember {
  return {
    id: member.replicaId,
    directory: member.replicaDirectoryId ?? '',
    logEndOffset: member.logEndOffset,
    lastFetch: member.lastFetchTimestamp,
    lastCaughtUp: member.lastCaughtUpTimestamp,
  };
}

function quorumOf({ topics, nodes }: Quorum): SimulatedQuorum {
  const [partition] = topics[0].partitions;
  return {
    leader: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    highWatermark: partition.highWatermark,
    voters: partition.currentVoters.map(memberOf),
    observers: partition.observers.map(memberOf),
    nodes: nodes.map(({ nodeId, listeners }) => ({ id: nodeId, listeners })),
  };
}

function logDirsOf({ results }: LogDirs): SimulatedLogDir[] {
  return results.map(({ errorCode, logDir, topics, totalBytes, usableBytes }) => ({
    errorCode,
    path: logDir,
    total: totalBytes,
    usable: usableBytes,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((one) => ({
        index: one.partitionIndex,
        size: one.partitionSize,
        offsetLag: one.offsetLag,
        isFuture: one.isFutureKey,
      })),
    })),
  }));
}

let failures = 0;

function compare<T>(what: string, real: Told<T>, simulated: Told<T>): void {
  const isSame = isDeepStrictEqual(real.parsed, simulated.parsed);
  const isSameBytes = real.bytes.equals(simulated.bytes);
  failures += Number(!isSame) + Number(!isSameBytes);
  const verdict = (same: boolean) => (same ? 'same' : 'DIFFERENT');
  console.log(
    `${what.padEnd(30)} parsed ${verdict(isSame)}, ${real.bytes.length} bytes ${verdict(isSameBytes)}`,
  );
}

async function prove(real: Address): Promise<void> {
  const cluster = await told(real, metadataV12, null, false, false);
  const { brokers, clusterId, topics } = cluster.parsed;
  const some = topics.slice(0, 3).map(({ name }) => name ?? '');
  const named = await told(real, metadataV12, [...some, MISSING_TOPIC], false, false);
  const quorum = await told(real, describeQuorumV2, QUORUM);
  const reassignments = await told(real, listPartitionReassignmentsV0, 5_000, null);
  const logDirs = await told(real, describeLogDirsV4, null);

  const seen = {
    clusterId: clusterId ?? '',
    controllerId: cluster.parsed.controllerId,
    brokers: brokers.map(({ nodeId, ...broker }) => ({ id: nodeId, ...broker, rack: broker.rack ?? null })),
    topics: topics.map(topicOf),
  };
  const metadata = new MetadataResponses(seen);
  const [simulator] = await startBrokers([0], metadata, {
    quorum: () => quorumOf(quorum.parsed),
    logDirs: () => logDirsOf(logDirs.parsed),
  });
  const simulated = { host: '127.0.0.1', port: simulator.port };
  try {
    compare('Metadata of all topics', cluster, await told(simulated, metadataV12, null, false, false));
    // In KRaft mode a broker names any other as the controller, another one each time.
    metadata.setCluster({ ...seen, controllerId: named.parsed.controllerId });
    const names = named.parsed.topics.map(({ name }) => name ?? '');
    compare('Metadata of some topics', named, await told(simulated, metadataV12, names, false, false));
    compare('DescribeQuorum', quorum, await told(simulated, describeQuorumV2, QUORUM));
    compare(
      'ListPartitionReassignments',
      reassignments,
      await told(simulated, listPartitionReassignmentsV0, 5_000, null),
    );
    compare('DescribeLogDirs', logDirs, await told(simulated, describeLogDirsV4, null));
  } finally {
    await simulator.stop();
  }
  console.log(
    `${topics.length} topics, ${topics.flatMap(({ partitions }) => partitions).length} partitions, ${failures} differences`,
  );
}

async function main(): Promise<number> {
  const [host, port] = (process.argv[2] ?? '').split(':');
  if (!port) {
    console.error('usage: npm run bench:simulator -- <host>:<port> of a broker in KRaft mode, plaintext');
    return 64;
  }
  await prove({ host, port: Number(port) });
  return failures === 0 ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
