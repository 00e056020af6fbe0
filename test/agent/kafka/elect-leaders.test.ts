/* Frames of ElectLeaders v2, field by field, as in Kafka's ElectLeadersRequest.json and ElectLeadersResponse.json. */
import { ResponseError } from '@platformatic/kafka';
import { TopicPartitions, electLeadersV2 } from '../../../agent/kafka/elect-leaders';
import { exchange as exchangeFrames, frame } from './request-frames';

/** Sends a request for elections. */
function exchange(response: Buffer, ...request: [number, TopicPartitions[], number]) {
  return exchangeFrames(response, (connection) => electLeadersV2.async(connection, ...request));
}

const EMPTY = frame(
  ['00 00 00 00', 'throttle_time_ms'],
  ['00 00', 'error_code'],
  ['01', 'no results'],
  ['00', 'no tags'],
);

test('requests preferred leader elections of partitions', async () => {
  const { sent, header } = await exchange(
    EMPTY,
    0,
    [
      { topic: 'ab', partitions: [1, 258] },
      { topic: 'c', partitions: [0] },
    ],
    15_000,
  );
  expect(header).toEqual([43, 2, true, true]);
  expect(sent).toEqual(
    frame(
      ['00', 'election_type: preferred'],
      ['03', 'two topics'],
      ['03 61 62', 'topic "ab"'],
      ['03', 'two partitions'],
      ['00 00 00 01', 'partition 1'],
      ['00 00 01 02', 'partition 258'],
      ['00', 'no tags of the topic'],
      ['02 63', 'topic "c"'],
      ['02', 'one partition'],
      ['00 00 00 00', 'partition 0'],
      ['00', 'no tags of the topic'],
      ['00 00 3a 98', 'timeout_ms'],
      ['00', 'no tags'],
    ),
  );
});

test('parses the result of each partition', async () => {
  const { outcome } = await exchange(
    frame(
      ['00 00 00 05', 'throttle_time_ms'],
      ['00 00', 'error_code'],
      ['03', 'two topics'],
      ['03 61 62', 'topic "ab"'],
      ['03', 'two partitions'],
      ['00 00 00 01 00 00 00 00', 'partition 1: elected, no message, no tags'],
      ['00 00 01 02 00 54 03 6e 6f 00', 'partition 258: not needed, "no", no tags'],
      ['00', 'no tags of the topic'],
      ['02 63', 'topic "c"'],
      ['02', 'one partition'],
      ['00 00 00 00 00 50 00 00', 'partition 0: preferred leader not available'],
      ['00', 'no tags of the topic'],
      ['00', 'no tags'],
    ),
    0,
    [],
    15_000,
  );
  expect(outcome).toEqual({
    errorCode: 0,
    results: [
      { topic: 'ab', partitionId: 1, errorCode: 0, errorMessage: null },
      { topic: 'ab', partitionId: 258, errorCode: 84, errorMessage: 'no' },
      { topic: 'c', partitionId: 0, errorCode: 80, errorMessage: null },
    ],
  });
});

test('an error code of the whole response is an error', async () => {
  const { outcome } = await exchange(
    frame(
      ['00 00 00 00', 'throttle_time_ms'],
      ['00 1f', 'error_code: cluster authorization failed'],
      ['01', 'no results'],
      ['00', 'no tags'],
    ),
    0,
    [],
    15_000,
  );
  expect(outcome).toBeInstanceOf(ResponseError);
});
