/*
 * AddRaftVoter and RemoveRaftVoter (KIP-853). The client library does not implement them.
 */
import { Reader, ResponseError, Writer, createAPI } from '@platformatic/kafka';
import { Address, KafkaSession } from './connection';
import { toUuid } from './directory-id';

/** A voter of the metadata quorum. */
export interface RaftVoter {
  readonly id: number;
  /** Id of its log directory, in Kafka's base64. */
  readonly directoryId: string;
}

/** Listener through which the other controllers reach a voter. */
export interface VoterListener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Response of both requests. */
interface VoterResponse {
  /** 0 if the leader has changed the voters. */
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function parseResponse(
  _correlationId: number,
  apiKey: number,
  apiVersion: number,
  reader: Reader,
): VoterResponse {
  reader.readInt32(); // throttle_time_ms
  const errorCode = reader.readInt16();
  const errorMessage = reader.readNullableString();
  const body = { errorCode, errorMessage };
  if (errorCode !== 0) {
    throw new ResponseError(apiKey, apiVersion, { '': [errorCode, errorMessage] }, body);
  }
  return body;
}

/** AddRaftVoter version 0. The leader answers when the new set of voters is committed. */
export const addRaftVoterV0 = createAPI<
  [clusterId: string | null, timeoutMs: number, voter: RaftVoter, listeners: readonly VoterListener[]],
  VoterResponse
>(
  80,
  0,
  (clusterId, timeoutMs, { id, directoryId }, listeners) =>
    Writer.create()
      .appendString(clusterId)
      .appendInt32(timeoutMs)
      .appendInt32(id)
      .appendUUID(toUuid(directoryId))
      .appendArray([...listeners], (writer, { name, host, port }) => {
        writer.appendString(name).appendString(host).appendUnsignedInt16(port);
      })
      .appendTaggedFields(),
  parseResponse,
);

/** RemoveRaftVoter version 0. */
export const removeRaftVoterV0 = createAPI<[clusterId: string | null, voter: RaftVoter], VoterResponse>(
  81,
  0,
  (clusterId, { id, directoryId }) =>
    Writer.create()
      .appendString(clusterId)
      .appendInt32(id)
      .appendUUID(toUuid(directoryId))
      .appendTaggedFields(),
  parseResponse,
);

const TIMEOUT_MS = 10_000;
const DEADLINE_MS = 12_000;

/**
 * Adds a voter through the leader of the quorum.
 *
 * @returns undefined, or the reason if the leader rejects it
 */
export async function addVoter(
  leader: Address,
  clusterId: string | undefined,
  voter: RaftVoter,
  listener: VoterListener,
): Promise<string | undefined> {
  return reasonOfRejection(leader, (session) =>
    session.sendAllowingErrors(addRaftVoterV0, clusterId ?? null, TIMEOUT_MS, voter, [listener]),
  );
}

/**
 * Removes a voter through the leader of the quorum.
 *
 * @returns undefined, or the reason if the leader rejects it
 */
export async function removeVoter(
  leader: Address,
  clusterId: string | undefined,
  voter: RaftVoter,
): Promise<string | undefined> {
  return reasonOfRejection(leader, (session) =>
    session.sendAllowingErrors(removeRaftVoterV0, clusterId ?? null, voter),
  );
}

async function reasonOfRejection(
  leader: Address,
  send: (session: KafkaSession) => Promise<VoterResponse>,
): Promise<string | undefined> {
  const { errorCode, errorMessage } = await KafkaSession.with(leader, DEADLINE_MS, send);
  return errorCode === 0 ? undefined : (errorMessage ?? `error code ${errorCode}`);
}
