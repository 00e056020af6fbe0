/* Second views from peers that listen on ports of their own. */
import { clusterView } from '../../../agent/kafka/cluster-view';
import { KafkaUnavailable } from '../../../agent/kafka/connection';
import { askPeers, choosePeers, fetchBrokers, formatFailures } from '../../../agent/kafka/peer-brokers';
import { FakeBroker } from './fake-broker';

let broker: FakeBroker;

beforeEach(async () => void (broker = await FakeBroker.start()));
afterEach(() => broker.stop());

const bootstrap = () => ({ host: '127.0.0.1', port: broker.port });

test('the bootstrap address returns the live brokers', async () => {
  const { brokers, controllerId } = await fetchBrokers(bootstrap(), 2_000);
  expect([...brokers.values()]).toMatchObject([{ id: 1001, host: 'localhost', port: broker.port }]);
  expect(controllerId).toBe(1001);
});

test('a bootstrap address without a server is unavailable', async () => {
  const gone = bootstrap();
  await broker.stop();
  await expect(fetchBrokers(gone, 2_000)).rejects.toThrow(KafkaUnavailable);
});

test('a peer that answers ends the search, after one that does not', async () => {
  // GIVEN
  const { brokers, controllerId } = await fetchBrokers(bootstrap(), 2_000);
  const gone = { id: 1000, host: '127.0.0.1', port: 1 };
  const known = { controllerId, brokers: new Map([[gone.id, gone], ...brokers]) };

  // WHEN
  const peers = choosePeers(known, 1003, { kind: 'rotating', offset: 0 }, 3);
  const { answers, failures } = await askPeers(peers, {
    parallel: 1,
    deadlineMs: 2_000,
    send: (session) => clusterView(session),
    isEnough: (usable) => usable.length > 0,
  });

  // THEN
  expect(answers.map(({ peer }) => peer.id)).toEqual([1001]);
  expect(formatFailures(failures)).toMatch(/^broker 1000: 127\.0\.0\.1:1: .*ECONNREFUSED/);
});
