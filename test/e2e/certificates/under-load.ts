import { startLoad } from '../load/load';
import { problemsOf, summaryOf } from '../load/verdict';
import { assertNone } from '../waiting';
import { World, clientIdentity } from '../world';

/** How a load differs from the usual. */
export interface LoadChange {
  /** A record that is not acknowledged by then is an error. */
  readonly deliveryTimeoutMs?: number;
  /** Whether servers are restarted meanwhile. */
  readonly hasRestarts?: boolean;
}

/** Leaders need some time to move. */
export const WITH_RESTARTS: LoadChange = { deliveryTimeoutMs: 30_000, hasRestarts: true };

/**
 * Does something while clients of all kinds are at work, most of them with a new connection for every batch.
 *
 * @throws when a client was refused, saw an error, or was promised something that did not hold
 */
export async function underLoad(
  world: World,
  name: string,
  action: () => Promise<string>,
  change: LoadChange = {},
): Promise<string> {
  const load = await startLoad(world, {
    name: `e2e-load-${name}`,
    ...clientIdentity(world.outcome),
    producers: 1,
    idempotentProducers: 1,
    reconnectingProducers: 3,
    transactionalProducers: 1,
    consumers: 1,
    recordsPerSecond: 40,
    deliveryTimeoutMs: change.deliveryTimeoutMs ?? 5000,
  });
  // Whatever came of it, what clients met with meanwhile belongs to it.
  const result = await action().then(
    (found) => ({ found, problems: [] }),
    (error: Error) => ({ found: '', problems: [error.message] }),
  );
  const report = await load.finish();
  const problems = [...result.problems, ...problemsOf(report, change.hasRestarts)];
  assertNone(problems.length === 0 ? [] : [...problems, result.found, summaryOf(report)].filter(Boolean));
  await load.remove();
  return `${result.found}; ${summaryOf(report)}`;
}
