/*
 * Clients with Kafka's default delivery timeout, and clients with a short one.
 */
import { Load, LoadSecond, startLoad } from '../load/load';
import { World, clientIdentity } from '../world';
import { ClientSecond } from './recording';
import { LoadResult } from './result';

const KINDS = [
  {
    name: 'patient',
    deliveryTimeoutMs: 120_000,
    producers: 1,
    idempotentProducers: 1,
    transactionalProducers: 1,
    consumers: 2,
  },
  { name: 'impatient', deliveryTimeoutMs: 5_000, producers: 1, idempotentProducers: 1 },
] as const;

/** Running loads. */
export interface Loads {
  /** Stops them. The pod of a failed load stays for its log. */
  readonly finish: () => Promise<LoadResult[]>;
}

/** Starts clients of all types. */
export async function startLoads(world: World): Promise<Loads> {
  const started = await Promise.allSettled(
    KINDS.map(({ name, ...options }) =>
      startLoad(world, {
        name: `e2e-load-${name}`,
        ...clientIdentity(world.expectations),
        topics: world.expectations.maps.map(({ name: map }) => `${map}.load`),
        // Each record is several requests with TLS. At twice the rate they take half of two CPUs, and nine JVMs restart on them.
        recordsPerSecond: 20,
        ...options,
      }),
    ),
  );
  const failed = started.find((result) => result.status === 'rejected');
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failed) {
    await Promise.allSettled(running.map((load) => load.remove()));
    throw failed.reason;
  }
  return { finish: () => Promise.all(running.map((load, index) => finish(load, KINDS[index]))) };
}

async function finish(
  load: Load,
  { name, deliveryTimeoutMs }: { readonly name: string; readonly deliveryTimeoutMs: number },
): Promise<LoadResult> {
  const report = await load.finish().catch((error: Error) => error);
  const seconds = (await load.seconds().catch((): LoadSecond[] => [])).map(clientSecondOf);
  if (report instanceof Error) {
    return { name, deliveryTimeoutMs, failure: report.message, seconds };
  }
  await load.remove();
  return { name, deliveryTimeoutMs, report, seconds };
}

function clientSecondOf({ time, acknowledged, errors, latencyMs, brokersMs }: LoadSecond): ClientSecond {
  return {
    time: Date.parse(time),
    acknowledged,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    p99: latencyMs.p99,
    max: latencyMs.max,
    brokers: brokersMs,
  };
}
