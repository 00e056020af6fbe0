/*
 * The API server is unreachable: no pod can read the stop lease, and new pods cannot read their zone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { logsOf } from '../kubernetes/pods';
import { apiServerSwitch } from '../setup/switches';
import { eventually } from '../waiting';
import { Finding } from './result';
import { restart, rollingOrder, untilRolled } from './rollout';
import { Scenario, Stage } from './scenario';

const POLICY = 'e2e-no-api-server';
const AWAY_MS = 120_000;
const SAID = /no response from the API server[^"]*/;

/** The API server is away for two minutes while a map is restarted. */
export const apiServerAwayMidRoll: Scenario = {
  name: 'API server down mid-roll',
  about:
    'While the first broker of a map stops, the API server is unreachable for two minutes: it is stopped if there ' +
    'is a switch, otherwise network policies block it.',
  errors: 'none',
  act: async (stage) => {
    const { world, recorder } = stage;
    const [map] = world.outcome.maps;
    const pods = rollingOrder(map);
    const [first] = pods;
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(world.outcome, map.statefulSet);
    await recorder.until(`${first} stopping`, 300, () => recorder.stateOf(first) !== 'ready');
    const found = await away(stage, pods);
    recorder.mark('API server is back');
    await untilRolled(world.outcome, map.statefulSet);
    return [found];
  },
};

async function away(stage: Stage, pods: readonly string[]): Promise<Finding> {
  const power = apiServerSwitch();
  stage.recorder.mark('no API server');
  const begin = Date.now();
  if (!power) {
    return cutOff(stage, pods, begin);
  }
  let seen = '';
  try {
    await power.off();
    // What ends this is the clock: two minutes were promised.
    seen = await kubectl(['get', '--raw', '/readyz'], { seconds: 20 }).catch((error: Error) => error.message);
    await sleep(Math.max(0, begin + AWAY_MS - Date.now()));
  } finally {
    await power.on();
  }
  return { expected: 'the API server is unreachable', seen, isMet: seen !== 'ok' };
}

async function cutOff({ world }: Stage, pods: readonly string[], begin: number): Promise<Finding> {
  const { namespace } = world.outcome;
  try {
    await apply(noApiServer(namespace, POLICY));
    const said = await eventually<string>('a pod that logs the missing API server', 110, async () => {
      const line = await missedBy(namespace, pods, begin);
      return line === undefined ? { state: 'no pod logs it' } : { done: line };
    });
    await sleep(Math.max(0, begin + AWAY_MS - Date.now()));
    return { expected: 'pods log that the API server is unreachable', seen: said, isMet: true };
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
  }
}

/** A policy takes a moment to know a new pod: `init` may have its answer already, and it is the agent that waits. */
async function missedBy(
  namespace: string,
  pods: readonly string[],
  begin: number,
): Promise<string | undefined> {
  for (const pod of pods) {
    for (const container of ['init', 'agent']) {
      const log = await logsOf(namespace, pod, container);
      const line = log.split('\n').findLast((text) => SAID.test(text) && Date.parse(timeIn(text)) >= begin);
      if (line !== undefined) {
        return `${container} of ${pod}: ${SAID.exec(line)?.[0]}`;
      }
    }
  }
  return undefined;
}

function timeIn(line: string): string {
  return /"time":"([^"]+)"/.exec(line)?.[1] ?? '';
}
