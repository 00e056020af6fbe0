import { performance } from 'node:perf_hooks';
import { discrepancies } from '../kafka/records';
import { markOf } from '../load/program/records';
import { assertNone } from '../waiting';
import { World } from '../world';

const COUNT = 100_000;
const TRANSACTIONAL = 20_000;

/** All acknowledged records are read, and no other records. */
export async function recordsAreKept(world: World): Promise<string> {
  const { expectations, tools, acknowledged } = world;
  const topic = expectations.topics.plain;
  const begin = performance.now();
  const written = await tools.produce(topic, COUNT, 1);
  const writing = performance.now() - begin;
  acknowledged.push(...written);
  if (written.length !== COUNT) {
    throw new Error(`${written.length} of ${COUNT} records were acknowledged`);
  }
  const reading = await readAll(world, 'e2e-first');
  return `${COUNT} records, ${rate(COUNT, writing)} written (acks=all), ${rate(COUNT, reading)} read by a group`;
}

/** All records acknowledged so far still exist. */
export async function recordsAreStillThere(world: World): Promise<string> {
  const reading = await readAll(world, `e2e-${world.acknowledged.length}-${Date.now()}`);
  return `${world.acknowledged.length} records, ${rate(world.acknowledged.length, reading)}`;
}

/** Transactions commit, and their records are read. */
export async function transactionsCommit({ expectations, tools }: World): Promise<string> {
  const id = 'e2e-transactional';
  const summary = await tools.produceInTransactions(expectations.topics.transactional, TRANSACTIONAL, id);
  const state = (await tools.transactions()).get(id);
  const committed = await tools.countCommitted(expectations.topics.transactional, TRANSACTIONAL);
  if (state !== 'CompleteCommit' || committed !== TRANSACTIONAL) {
    throw new Error(
      `${committed} of ${TRANSACTIONAL} records are committed, the last transaction is ${state}`,
    );
  }
  return summary.split(',').slice(0, 2).join(',');
}

/** @returns duration in milliseconds */
async function readAll({ expectations, tools, acknowledged }: World, group: string): Promise<number> {
  const topic = expectations.topics.plain;
  const count = await tools.endOffsets(topic);
  const begin = performance.now();
  // The number of existing records, not of expected ones: otherwise the consumer would wait for missing records, and not read
  // unexpected ones.
  const read = count === 0 ? [] : await tools.consume(topic, count, group);
  // A load accounts for its own records.
  const own = read.filter(({ value }) => markOf(Buffer.from(value)) === undefined);
  assertNone(discrepancies(acknowledged, own));
  return performance.now() - begin;
}

function rate(count: number, milliseconds: number): string {
  return `${Math.round((count * 1000) / milliseconds)} records/s`;
}
