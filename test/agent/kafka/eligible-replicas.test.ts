import { KafkaSession } from '../../../agent/kafka/connection';
import { eligibleReplicas } from '../../../agent/kafka/eligible-replicas';
import { KafkaBytes } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const DESCRIBE_TOPIC_PARTITIONS = 75;

let pages: number;
let server: KafkaServer;

/** Starts a broker whose last page is `last`. Each page has one partition. */
async function start(last: number): Promise<void> {
  pages = 0;
  const answer = () => {
    pages += 1;
    const bytes = new KafkaBytes().int32(0);
    bytes.list([pages], (index) => {
      bytes.int16(0).text('orders').uuid('00000000-0000-0000-0000-000000000001').boolean(false);
      bytes.list([index], () =>
        bytes.int16(0).int32(index).int32(-1).int32(0).ids([1]).ids([]).ids([1]).ids([]).ids([]),
      );
      bytes.int32(0);
    });
    return pages === last
      ? bytes.int8(-1).noTags().bytes
      : bytes.int8(1).text('orders').int32(pages).noTags().noTags().bytes;
  };
  server = await KafkaServer.start([{ key: DESCRIBE_TOPIC_PARTITIONS, versions: [0, 0], answer }]);
}

afterEach(() => server.stop());

const fetchReplicas = () =>
  KafkaSession.with({ host: '127.0.0.1', port: server.port }, 20_000, (session) =>
    eligibleReplicas(session, ['orders']),
  );

test('all pages are fetched', async () => {
  await start(3);
  expect([...(await fetchReplicas())]).toEqual([
    ['orders-1', { eligible: [1], lastKnown: [] }],
    ['orders-2', { eligible: [1], lastKnown: [] }],
    ['orders-3', { eligible: [1], lastKnown: [] }],
  ]);
});

test('pages without an end fail', async () => {
  await start(Infinity);
  await expect(fetchReplicas()).rejects.toThrow('returned 200 pages of partitions');
  expect(pages).toBe(200);
});
