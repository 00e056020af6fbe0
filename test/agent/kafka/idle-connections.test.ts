/* Whether a session connects anew, as the server sees it. */
import { clusterView } from '../../../agent/kafka/cluster-view';
import { KafkaSession } from '../../../agent/kafka/connection';
import { FakeBroker } from './fake-broker';

let broker: FakeBroker;
let connections = 0;

beforeEach(async () => {
  broker = await FakeBroker.start();
  connections = 0;
  broker.server.on('connection', () => (connections += 1));
});
afterEach(() => broker.stop());

function ask(deadlineMs = 4_000) {
  return KafkaSession.with({ host: '127.0.0.1', port: broker.port }, deadlineMs, clusterView);
}

test('rounds after one another share a connection', async () => {
  await ask();
  await ask();
  await ask();

  expect(connections).toBe(1);
});

test('questions at the same time do not wait for each other', async () => {
  await Promise.all([ask(), ask()]);

  expect(connections).toBe(2);
});

test('a connection that the server has ended meanwhile is replaced, and nobody notices', async () => {
  // GIVEN
  await ask();

  // WHEN
  broker.dropConnections();

  // THEN
  await expect(ask()).resolves.toBeDefined();
  expect(connections).toBe(2);
});

test('a connection after a failure is not used again', async () => {
  // GIVEN
  await ask();
  const failure = KafkaSession.with({ host: '127.0.0.1', port: broker.port }, 4_000, async () => {
    throw new Error('an answer that nobody understands');
  });
  await expect(failure).rejects.toThrow('an answer that nobody understands');
  const before = connections;

  // WHEN
  await ask();

  // THEN
  expect(connections).toBe(before + 1);
});
