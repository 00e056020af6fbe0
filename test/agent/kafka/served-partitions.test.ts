/* Partitions that a broker does not serve as their leader yet, from its ListOffsets responses. */
import { KafkaSession } from '../../../agent/kafka/connection';
import { countUnserved } from '../../../agent/kafka/served-partitions';
import { KafkaBytes, KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const LIST_OFFSETS = 2;
const NO_TIMESTAMP = -1n;

let server: KafkaServer;
let asked: { topic: string | null; partition: number; epoch: number }[];
let codes: Readonly<Record<number, number>>;

beforeEach(async () => {
  asked = [];
  codes = {};
  server = await KafkaServer.start([{ key: LIST_OFFSETS, versions: [0, 9], answer }]);
});
afterEach(() => server.stop());

/** As in Kafka's ListOffsetsRequest.json and ListOffsetsResponse.json. */
function answer(request: KafkaRequestBody): Buffer {
  const replica = request.int32();
  const isolation = request.int8();
  const topics = request.list(() => {
    const topic = request.text();
    const partitions = request.list(() => {
      const partition = request.int32();
      const epoch = request.int32();
      request.skip(8);
      asked.push({ topic, partition, epoch });
      return partition;
    });
    return { topic, partitions };
  });
  const bytes = new KafkaBytes().int32(0);
  return replica === -1 && isolation === 0
    ? bytes
        .list(topics ?? [], ({ topic, partitions }) =>
          bytes.text(topic).list(partitions ?? [], (partition) =>
            bytes
              .int32(partition)
              .int16(codes[partition] ?? 0)
              .int64(NO_TIMESTAMP)
              .int64(5n)
              .int32(3),
          ),
        )
        .noTags().bytes
    : bytes.noTags().bytes;
}

const count = () =>
  KafkaSession.with({ host: '127.0.0.1', port: server.port }, 2_000, (session) =>
    countUnserved(session, [
      { topic: 'a', partitions: [0, 1] },
      { topic: 'b', partitions: [2] },
    ]),
  );

test('requests all partitions, with any leader epoch', async () => {
  expect(await count()).toBe(0);
  expect(asked).toEqual([
    { topic: 'a', partition: 0, epoch: -1 },
    { topic: 'a', partition: 1, epoch: -1 },
    { topic: 'b', partition: 2, epoch: -1 },
  ]);
});

test.each([
  [6, 'the broker does not know yet that it is the leader', 1],
  [5, 'there is no leader', 1],
  [78, 'followers do not fetch yet', 1],
  [3, 'the topic is deleted', 0],
  [29, 'the agent is not authorized', 0],
])('with error code %i (%s), %i partitions are not served yet', async (code, _, unserved) => {
  codes = { 1: code };
  expect(await count()).toBe(unserved);
});
