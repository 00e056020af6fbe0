/*
 * Compares the simulated cluster with a real one: npm run bench:simulator -- <host>:<port>. The responses of a real broker
 * are read with the client of the agent and replayed by a simulated broker. Each response must be equal, both parsed and
 * byte for byte.
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
const MISSING_TOPIC = 'a-topic-that-does-not-exist';

type Metadata = Awaited<ReturnType<typeof metadataV12.api.async>>;
type Quorum = Awaited<ReturnType<typeof describeQuorumV2.api.async>>;
type LogDirs = Awaited<ReturnType<typeof describeLogDirsV4.api.async>>;
type Member = Quorum['topics'][number]['partitions'][number]['currentVoters'][number];

/** A response, parsed and as bytes. */
interface RecordedResponse<T> {
  readonly parsed: T;
  readonly bytes: Buffer;
}

/** Sends a request and records the bytes of the response, which the library does not return. */
async function record<A extends unknown[], T>(
  server: Address,
  name: { readonly createRequest: unknown; readonly parseResponse: unknown; readonly api: API<A, T> },
  ...request: A
): Promise<RecordedResponse<T>> {
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

function compare<T>(request: string, real: RecordedResponse<T>, simulated: RecordedResponse<T>): void {
  const isSame = isDeepStrictEqual(real.parsed, simulated.parsed);
  const isSameBytes = real.bytes.equals(simulated.bytes);
  failures += Number(!isSame) + Number(!isSameBytes);
  const verdict = (same: boolean) => (same ? 'same' : 'DIFFERENT');
  console.log(
    `${request.padEnd(30)} parsed ${verdict(isSame)}, ${real.bytes.length} bytes ${verdict(isSameBytes)}`,
  );
}

async function verify(real: Address): Promise<void> {
  const cluster = await record(real, metadataV12, null, false, false);
  const { brokers, clusterId, topics } = cluster.parsed;
  const some = topics.slice(0, 3).map(({ name }) => name ?? '');
  const named = await record(real, metadataV12, [...some, MISSING_TOPIC], false, false);
  const quorum = await record(real, describeQuorumV2, QUORUM);
  const reassignments = await record(real, listPartitionReassignmentsV0, 5_000, null);
  const logDirs = await record(real, describeLogDirsV4, null);

  const observed = {
    clusterId: clusterId ?? '',
    controllerId: cluster.parsed.controllerId,
    brokers: brokers.map(({ nodeId, ...broker }) => ({ id: nodeId, ...broker, rack: broker.rack ?? null })),
    topics: topics.map(topicOf),
  };
  const metadata = new MetadataResponses(observed);
  const [simulator] = await startBrokers([0], metadata, {
    quorum: () => quorumOf(quorum.parsed),
    logDirs: () => logDirsOf(logDirs.parsed),
  });
  const simulated = { host: '127.0.0.1', port: simulator.port };
  try {
    compare('Metadata of all topics', cluster, await record(simulated, metadataV12, null, false, false));
    // In KRaft mode a broker returns a random broker as the controller.
    metadata.setCluster({ ...observed, controllerId: named.parsed.controllerId });
    const names = named.parsed.topics.map(({ name }) => name ?? '');
    compare('Metadata of some topics', named, await record(simulated, metadataV12, names, false, false));
    compare('DescribeQuorum', quorum, await record(simulated, describeQuorumV2, QUORUM));
    compare(
      'ListPartitionReassignments',
      reassignments,
      await record(simulated, listPartitionReassignmentsV0, 5_000, null),
    );
    compare('DescribeLogDirs', logDirs, await record(simulated, describeLogDirsV4, null));
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
  await verify({ host, port: Number(port) });
  return failures === 0 ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
