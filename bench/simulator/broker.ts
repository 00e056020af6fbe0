import { KafkaRequestBody } from '../../test/support/kafka-bytes';
import { KafkaApi, KafkaServer } from '../../test/support/kafka-server';
import {
  MetadataResponses,
  describeLogDirsResponse,
  noReassignmentsResponse,
  describeQuorumResponse,
} from './responses';
import { SimulatedCluster, SimulatedLogDir, SimulatedQuorum } from './cluster';

/** Responses to requests other than Metadata. */
export interface OtherResponses {
  readonly quorum: () => SimulatedQuorum;
  /** Log directories, or an error code. */
  readonly logDirs: () => readonly SimulatedLogDir[] | number;
}

/** Starts brokers with the same responses, one per port. */
export async function startBrokers(
  ports: readonly number[],
  metadata: Pick<MetadataResponses, 'response'>,
  others: OtherResponses,
): Promise<KafkaServer[]> {
  const apis: KafkaApi[] = [
    { key: 3, versions: [12, 12], answer: (request) => metadata.response(topicsIn(request)) },
    { key: 35, versions: [4, 4], answer: () => describeLogDirsResponse(others.logDirs()) },
    { key: 46, versions: [0, 0], answer: () => noReassignmentsResponse() },
    { key: 55, versions: [2, 2], answer: () => describeQuorumResponse(others.quorum()) },
  ];
  return Promise.all(ports.map((port) => KafkaServer.start(apis, undefined, port)));
}

const UUID_SIZE = 16;

function topicsIn(request: KafkaRequestBody): string[] | null {
  return request.list(() => request.skip(UUID_SIZE).text() ?? '');
}

/** Quorum of a cluster without lag. */
export function caughtUpQuorum({ brokers }: SimulatedCluster): SimulatedQuorum {
  const now = BigInt(Date.now());
  const member = (id: number) => ({
    id,
    directory: `00000000-0000-0000-0002-${id.toString(16).padStart(12, '0')}`,
    logEndOffset: now,
    lastFetch: now,
    lastCaughtUp: now,
  });
  const voters = [3001, 3002, 3003];
  return {
    leader: voters[0],
    leaderEpoch: 1,
    highWatermark: now,
    voters: voters.map(member),
    observers: brokers.map(({ id }) => member(id)),
    nodes: voters.map((id) => ({ id, listeners: [{ name: 'CONTROLLER', host: '127.0.0.1', port: 9093 }] })),
  };
}
