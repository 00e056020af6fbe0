/* The producer of a load against a server that returns metadata only. */
import { MetadataResponses } from '../../../bench/simulator/responses';
import { caughtUpQuorum, startBrokers } from '../../../bench/simulator/broker';
import { partitionOf, healthyCluster } from '../../../bench/simulator/cluster';
import { Ledger } from './program/ledger';
import { RecordProducer } from './program/producer';
import { Settings } from './program/settings';

test('metadata is requested again soon while a partition has no leader', async () => {
  // GIVEN
  const size = { partitions: 1, partitionsPerTopic: 1, replicationFactor: 1 };
  const metadata = new MetadataResponses(healthyCluster({ ports: [0], ...size }));
  const [server] = await startBrokers([0], metadata, {
    quorum: () => caughtUpQuorum(healthyCluster({ ports: [0], ...size })),
    logDirs: () => [],
  });
  const well = healthyCluster({ ports: [server.port], ...size });
  const [topic] = well.topics;
  metadata.setCluster({ ...well, topics: [{ ...topic, partitions: [partitionOf(0, [1001], [])] }] });
  const stop = new AbortController();
  let asked = 0;
  const answer = metadata.response.bind(metadata);
  jest.spyOn(metadata, 'response').mockImplementation((names) => {
    asked += 1;
    if (asked === 3) {
      stop.abort();
    }
    return answer(names);
  });
  const kind = {
    name: 'plain-1',
    isIdempotent: false,
    reconnects: false,
    batchesPerSecond: 20,
    recordsPerBatch: 1,
  };
  const settings: Settings = {
    run: 'r',
    bootstrap: `127.0.0.1:${server.port}`,
    topics: [topic.name],
    transactionalTopic: topic.name,
    producers: 1,
    idempotentProducers: 0,
    reconnectingProducers: 0,
    transactionalProducers: 0,
    consumers: 0,
    recordsPerSecond: 20,
    connectionsPerSecond: 0,
    deliveryTimeoutMs: 2_000,
    requestTimeoutMs: 1_000,
  };
  // Without new requests, it would stop only after the maximum metadata age of 30 seconds.
  const patience = setTimeout(() => stop.abort(), 10_000);

  // WHEN
  const ledger = new Ledger();
  await new RecordProducer(kind, settings, ledger).run(stop.signal);
  clearTimeout(patience);
  await server.stop();

  // THEN
  expect(asked).toBeGreaterThanOrEqual(3);
});
