/*
 * The API server is unreachable: no pod can read the stop lease, and new pods cannot read their zone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { logsOf } from '../kubernetes/pods';
import { hasCommand, outside } from '../setup/outside-commands';
import { eventually } from '../waiting';
import { Finding } from './result';
import { restart, rolloutOrder, untilRolledOut } from './rollout';
import { Scenario, ScenarioContext } from './scenario';

const POLICY = 'e2e-no-api-server';
const OUTAGE_MS = 120_000;
const OUTAGE = /no response from the API server[^"]*/;

/** The API server is unreachable for two minutes during the rollout of a map. */
export const apiServerDownDuringRollout: Scenario = {
  name: 'API server down during a rollout',
  about:
    'While the first broker of a map stops, the API server is unreachable for two minutes: it is stopped if there ' +
    'are commands for it, otherwise network policies block it.',
  errors: 'none',
  act: async (context) => {
    const { world, recorder } = context;
    const [map] = world.expectations.maps;
    const pods = rolloutOrder(map);
    const [first] = pods;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(world.expectations, map.statefulSet);
    await recorder.until(`${first} stopping`, 300, () => recorder.stateOf(first) !== 'ready');
    const found = await stopApiServer(context, pods);
    recorder.mark('API server reachable');
    await untilRolledOut(world.expectations, map.statefulSet);
    return [found];
  },
};

async function stopApiServer(context: ScenarioContext, pods: readonly string[]): Promise<Finding> {
  context.recorder.mark('API server unreachable');
  const begin = Date.now();
  if (!hasCommand('E2E_API_SERVER_OFF')) {
    return blockApiServer(context, pods, begin);
  }
  let seen = '';
  try {
    await outside('E2E_API_SERVER_OFF');
    // The outage has a fixed length of two minutes.
    seen = await kubectl(['get', '--raw', '/readyz'], { seconds: 20 }).catch((error: Error) => error.message);
    await sleep(Math.max(0, begin + OUTAGE_MS - Date.now()));
  } finally {
    await outside('E2E_API_SERVER_ON');
  }
  return { expected: 'the API server is unreachable', seen, isMet: seen !== 'ok' };
}

async function blockApiServer(
  { world }: ScenarioContext,
  pods: readonly string[],
  begin: number,
): Promise<Finding> {
  const { namespace } = world.expectations;
  try {
    await apply(noApiServer(namespace, POLICY));
    const logged = await eventually<string>('a pod that logs the unreachable API server', 110, async () => {
      const line = await outageLoggedBy(namespace, pods, begin);
      return line === undefined ? { state: 'no pod logs it' } : { done: line };
    });
    await sleep(Math.max(0, begin + OUTAGE_MS - Date.now()));
    return { expected: 'pods log that the API server is unreachable', seen: logged, isMet: true };
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
  }
}

/** A NetworkPolicy applies to a new pod with a delay: `init` may already have its response, so the agent waits instead. */
async function outageLoggedBy(
  namespace: string,
  pods: readonly string[],
  begin: number,
): Promise<string | undefined> {
  for (const pod of pods) {
    for (const container of ['init', 'agent']) {
      const log = await logsOf(namespace, pod, container);
      const line = log.split('\n').findLast((text) => OUTAGE.test(text) && Date.parse(timeIn(text)) >= begin);
      if (line !== undefined) {
        return `${container} of ${pod}: ${OUTAGE.exec(line)?.[0]}`;
      }
    }
  }
  return undefined;
}

function timeIn(line: string): string {
  return /"time":"([^"]+)"/.exec(line)?.[1] ?? '';
}
