/* Frames of AddRaftVoter v0 and RemoveRaftVoter v0, field by field, as in Kafka's AddRaftVoterRequest.json and so on. */
import { fromUuid, toUuid } from '../../../agent/kafka/directory-id';
import { addRaftVoterV0, addVoter, removeRaftVoterV0, removeVoter } from '../../../agent/kafka/raft-voters';
import { KafkaBytes } from '../../support/kafka-bytes';
import { KafkaApi, KafkaServer } from '../../support/kafka-server';
import { exchange, frame } from './request-frames';

const VOTER = { id: 4, directoryId: 'AAECAwQFBgcICQoLDA0ODw' };
const DIRECTORY = '00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f';
const DONE = frame(
  ['00 00 00 00', 'throttle_time_ms'],
  ['00 00', 'error_code'],
  ['00', 'error_message: null'],
  ['00', 'no tags'],
);

test('adds a voter with its directory and its listener', async () => {
  const listeners = [{ name: 'C', host: 'h4', port: 9093 }];
  const { sent, header, outcome } = await exchange(DONE, (connection) =>
    addRaftVoterV0.async(connection, 'ab', 10_000, VOTER, listeners),
  );
  expect(header).toEqual([80, 0, true, true]);
  expect(sent).toEqual(
    frame(
      ['03 61 62', 'cluster_id "ab"'],
      ['00 00 27 10', 'timeout_ms'],
      ['00 00 00 04', 'voter_id'],
      [DIRECTORY, 'voter_directory_id'],
      ['02', 'one listener'],
      ['02 43', 'name "C"'],
      ['03 68 34', 'host "h4"'],
      ['23 85', 'port'],
      ['00', 'no tags of the listener'],
      ['00', 'no tags'],
    ),
  );
  expect(outcome).toEqual({ errorCode: 0, errorMessage: null });
});

test('removes a voter', async () => {
  const { sent, header } = await exchange(DONE, (connection) =>
    removeRaftVoterV0.async(connection, null, VOTER),
  );
  expect(header).toEqual([81, 0, true, true]);
  expect(sent).toEqual(
    frame(
      ['00', 'cluster_id: null'],
      ['00 00 00 04', 'voter_id'],
      [DIRECTORY, 'voter_directory_id'],
      ['00', 'no tags'],
    ),
  );
});

test('a rejection has the code and the message', async () => {
  const rejected = frame(
    ['00 00 00 00', 'throttle_time_ms'],
    ['00 7e', 'error_code: DUPLICATE_VOTER'],
    ['04 64 75 70', 'error_message "dup"'],
    ['00', 'no tags'],
  );
  const { outcome } = await exchange(rejected, (connection) =>
    removeRaftVoterV0.async(connection, null, VOTER),
  );
  expect(outcome).toMatchObject({ response: { errorCode: 126, errorMessage: 'dup' } });
});

test.each<[answer: string, code: number, text: string | null, reason: string | undefined]>([
  ['accepts a change', 0, null, undefined],
  ['rejects it with a message', 126, 'dup', 'dup'],
  ['rejects it without a message', 126, null, 'error code 126'],
])('when the leader %s, the caller learns the reason', async (_, code, text, reason) => {
  const answer = () => new KafkaBytes().int32(0).int16(code).text(text).noTags().bytes;
  const server = await KafkaServer.start(
    [80, 81].map((key): KafkaApi => ({ key, versions: [0, 0], answer })),
  );
  const leader = { host: '127.0.0.1', port: server.port };
  try {
    expect(await addVoter(leader, 'ab', VOTER, { name: 'C', host: 'h4', port: 9093 })).toBe(reason);
    expect(await removeVoter(leader, 'ab', VOTER)).toBe(reason);
  } finally {
    await server.stop();
  }
});

test('ids of directories have the form of Kafka; the id of none is absent', () => {
  const uuid = '00010203-0405-0607-0809-0a0b0c0d0e0f';
  expect(fromUuid(uuid)).toBe(VOTER.directoryId);
  expect(toUuid(VOTER.directoryId)).toBe(uuid.replaceAll('-', ''));
  expect(fromUuid('00000000-0000-0000-0000-000000000000')).toBeUndefined();
});
