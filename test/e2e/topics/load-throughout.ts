import { WITH_RESTARTS } from '../certificates/under-load';
import { Load, startLoad } from '../load/load';
import { problemsOf, summaryOf } from '../load/verdict';
import { Step } from '../steps';
import { assertNone } from '../waiting';
import { World, clientIdentity } from '../world';

/** Clients that write and read during all steps between the two. Steps restart servers, which ends connections. */
export function loadThroughout(): { readonly start: Step<World>; readonly end: Step<World> } {
  let load: Load | undefined;
  return {
    start: {
      name: 'clients write and read during the following steps',
      isPrerequisite: true,
      run: async (world) => {
        load = await startLoad(world, {
          name: 'e2e-load-topics',
          ...clientIdentity(world.expectations),
          producers: 1,
          idempotentProducers: 1,
          transactionalProducers: 1,
          consumers: 1,
          recordsPerSecond: 20,
        });
        return load.pod;
      },
    },
    end: {
      name: 'no acknowledged record is lost, and no client has an error',
      isAlways: true,
      run: async () => {
        if (load === undefined) {
          throw new Error('the clients were not started');
        }
        const report = await load.finish();
        const problems = problemsOf(report, WITH_RESTARTS);
        assertNone(problems.length === 0 ? [] : [...problems, summaryOf(report)]);
        await load.remove();
        return summaryOf(report);
      },
    },
  };
}
