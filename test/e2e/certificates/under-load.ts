import { startLoad } from '../load/load';
import { problemsOf, summaryOf } from '../load/verdict';
import { assertNone } from '../waiting';
import { World, clientIdentity } from '../world';

/** Differences of a load from the default. */
export interface LoadChange {
  /** True if servers are restarted during the load. */
  readonly hasRestarts?: boolean;
  /** True if clients may receive errors, for example without controllers. No acknowledged record may be missing. */
  readonly allowsErrors?: boolean;
}

/** For actions that move leaders. */
export const WITH_RESTARTS: LoadChange = { hasRestarts: true };

/** Delivery timeout, long enough for a busy machine. Rejected handshakes are counted separately. */
const DELIVERY_TIMEOUT_MS = 30_000;

/**
 * Runs an action while clients of all types run, most of them with a new connection for every batch.
 *
 * @throws when a client was rejected, received an error, or lost an acknowledged record
 */
export async function underLoad(
  world: World,
  name: string,
  action: () => Promise<string>,
  change: LoadChange = {},
): Promise<string> {
  const load = await startLoad(world, {
    name: `e2e-load-${name}`,
    ...clientIdentity(world.expectations),
    producers: 1,
    idempotentProducers: 1,
    reconnectingProducers: 3,
    transactionalProducers: 1,
    consumers: 1,
    recordsPerSecond: 40,
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
  });
  // The report of the clients is part of the result, even if the action failed.
  const result = await action().then(
    (found) => ({ found, problems: [] }),
    (error: Error) => ({ found: '', problems: [error.message] }),
  );
  const report = await load.finish().catch((error: Error) => error);
  const seen =
    report instanceof Error
      ? { problems: [report.message], summary: '' }
      : { problems: problemsOf(report, change), summary: summaryOf(report) };
  const problems = [...result.problems, ...seen.problems];
  // The log is evidence of problems of clients only.
  if (seen.problems.length === 0) {
    await load.remove();
  }
  assertNone(problems.length === 0 ? [] : [...problems, result.found, seen.summary].filter(Boolean));
  return `${result.found}; ${seen.summary}`;
}
