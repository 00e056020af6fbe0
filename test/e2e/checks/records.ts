import { performance } from 'node:perf_hooks';
import { discrepancies } from '../kafka/records';
import { assertNone } from '../waiting';
import { World } from '../world';

const COUNT = 100_000;
const TRANSACTIONAL = 20_000;

/** Every record that all replicas have acknowledged is read, and nothing else. */
export async function recordsAreKept(world: World): Promise<string> {
  const { outcome, tools, acknowledged } = world;
  const topic = outcome.topics.plain;
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

/** Everything acknowledged so far is still there. */
export async function recordsAreStillThere(world: World): Promise<string> {
  const reading = await readAll(world, `e2e-${world.acknowledged.length}-${Date.now()}`);
  return `${world.acknowledged.length} records, ${rate(world.acknowledged.length, reading)}`;
}

/** Transactions commit, and their records are read. */
export async function transactionsCommit({ outcome, tools }: World): Promise<string> {
  const id = 'e2e-transactional';
  const said = await tools.produceInTransactions(outcome.topics.transactional, TRANSACTIONAL, id);
  const state = (await tools.transactions()).get(id);
  const committed = await tools.countCommitted(outcome.topics.transactional, TRANSACTIONAL);
  if (state !== 'CompleteCommit' || committed !== TRANSACTIONAL) {
    throw new Error(
      `${committed} of ${TRANSACTIONAL} records are committed, the last transaction is ${state}`,
    );
  }
  return said.split(',').slice(0, 2).join(',');
}

/** @returns how long reading took, in milliseconds */
async function readAll({ outcome, tools, acknowledged }: World, group: string): Promise<number> {
  const topic = outcome.topics.plain;
  const held = await tools.endOffsets(topic);
  const begin = performance.now();
  // As many as there are, not as many as there should be: a reader would wait for those that are missing, and stop
  // before those that nobody expects.
  const read = held === 0 ? [] : await tools.consume(topic, held, group);
  assertNone(discrepancies(acknowledged, read));
  return performance.now() - begin;
}

function rate(count: number, milliseconds: number): string {
  return `${Math.round((count * 1000) / milliseconds)} records/s`;
}
