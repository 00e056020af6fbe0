import { Report, startLoad } from '../load/load';
import { problemsOf, summaryOf } from '../load/verdict';
import { assertNone } from '../waiting';
import { World, clientIdentity } from '../world';

/** How a load differs from the usual. */
export interface LoadChange {
  /** A record that is not acknowledged by then is an error. */
  readonly deliveryTimeoutMs?: number;
  readonly reconnectingProducers?: number;
}

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
    deliveryTimeoutMs: 5000,
    ...change,
  });
  let found: string;
  let report: Report;
  try {
    found = await action();
    report = await load.finish();
  } finally {
    await load.remove();
  }
  const problems = problemsOf(report);
  if (problems.length > 0) {
    problems.push(found, summaryOf(report));
  }
  assertNone(problems);
  return `${found}; ${summaryOf(report)}`;
}
