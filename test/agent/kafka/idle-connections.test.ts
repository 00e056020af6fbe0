/* Connections of sessions, counted by the server. */
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

function fetchView(deadlineMs = 4_000) {
  return KafkaSession.with({ host: '127.0.0.1', port: broker.port }, deadlineMs, clusterView);
}

test('consecutive rounds share a connection', async () => {
  await fetchView();
  await fetchView();
  await fetchView();

  expect(connections).toBe(1);
});

test('concurrent rounds use a connection each', async () => {
  await Promise.all([fetchView(), fetchView()]);

  expect(connections).toBe(2);
});

test('a connection that the server has closed is replaced without an error', async () => {
  // GIVEN
  await fetchView();

  // WHEN
  broker.dropConnections();

  // THEN
  await expect(fetchView()).resolves.toBeDefined();
  expect(connections).toBe(2);
});

test('a connection is not reused after a failure', async () => {
  // GIVEN
  await fetchView();
  const failure = KafkaSession.with({ host: '127.0.0.1', port: broker.port }, 4_000, async () => {
    throw new Error('a response that cannot be parsed');
  });
  await expect(failure).rejects.toThrow('a response that cannot be parsed');
  const before = connections;

  // WHEN
  await fetchView();

  // THEN
  expect(connections).toBe(before + 1);
});
