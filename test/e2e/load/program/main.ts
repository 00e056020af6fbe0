/*
 * A load on a Kafka cluster, and a check for lost records. Runs in a pod and prints one JSON line a second until SIGTERM. Then it
 * waits for requests in flight, reads all records back, and prints a report.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupMember } from './consumer';
import { Ledger } from './ledger';
import { ConnectionCounter } from './link';
import { RecordProducer } from './producer';
import { closeLinks, readTopics } from './reader';
import { Reading } from './reading';
import { Settings } from './settings';
import { TransactionalProducer } from './transactions';
import { reportOf } from './verdict';

const BATCHES_PER_SECOND = 20;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
const CATCH_UP_MS = 60_000;
const READING_MS = 300_000;

async function main(file: string): Promise<void> {
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings;
  const ledger = new Ledger();
  const connections = new ConnectionCounter(ledger);
  const consumed = new Reading(settings.run);
  const stopProducers = new AbortController();
  const stopConsumers = new AbortController();
  process.once('SIGTERM', () => stopProducers.abort());

  const names = {
    plain: numbered('plain', settings.producers),
    idempotent: numbered('idempotent', settings.idempotentProducers),
    reconnecting: numbered('reconnecting', settings.reconnectingProducers),
    transactional: numbered('transactional', settings.transactionalProducers),
  };
  const steady = {
    reconnects: false,
    batchesPerSecond: Math.min(BATCHES_PER_SECOND, settings.recordsPerSecond),
    recordsPerBatch: Math.max(1, Math.round(settings.recordsPerSecond / BATCHES_PER_SECOND)),
  };
  const reconnecting = {
    isIdempotent: false,
    reconnects: true,
    batchesPerSecond: settings.connectionsPerSecond,
    recordsPerBatch: 1,
  };
  const kinds = [
    ...names.plain.map((name) => ({ name, isIdempotent: false, ...steady })),
    ...names.idempotent.map((name) => ({ name, isIdempotent: true, ...steady })),
    ...names.reconnecting.map((name, index) => ({ name, ...reconnecting, maxVersion: VERSIONS[index % 2] })),
  ];
  const consumers = numbered('consumer', settings.consumers).map((name) =>
    new GroupMember(name, settings, ledger, consumed).run(stopConsumers.signal),
  );
  const producers = [
    ...kinds.map((kind) => new RecordProducer(kind, settings, ledger).run(stopProducers.signal)),
    ...names.transactional.map((name) =>
      new TransactionalProducer(name, settings, ledger).run(stopProducers.signal),
    ),
  ];
  const clock = setInterval(
    () =>
      print({ time: new Date().toISOString(), connections: connections.opened, ...ledger.turn(Date.now()) }),
    1000,
  );
  await Promise.all(producers);
  clearInterval(clock);

  const expected = new Map(
    [...ledger.acknowledged].filter(([name]) => kinds.some((kind) => kind.name === name)),
  );
  const catchUpUntil = Date.now() + CATCH_UP_MS;
  while (consumers.length > 0 && consumed.missing(expected).size > 0 && Date.now() < catchUpUntil) {
    await sleep(200);
  }
  stopConsumers.abort();
  await Promise.race([Promise.all(consumers), sleep(10_000)]);

  const reading = new Reading(settings.run);
  const topics = [
    ...(kinds.length > 0 ? settings.topics : []),
    ...(names.transactional.length > 0 ? [settings.transactionalTopic] : []),
  ];
  await readTopics([...new Set(topics)], settings, reading, Date.now() + READING_MS);
  await closeLinks();
  const report = reportOf({
    ledger,
    reading,
    consumed: consumers.length > 0 ? consumed : undefined,
    consumedProducers: [...expected.keys()],
    idempotent: names.idempotent,
    connections: connections.opened,
  });
  print({ report });
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    print({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  },
);
