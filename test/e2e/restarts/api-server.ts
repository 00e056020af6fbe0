/*
 * Nobody can say whose turn it is, and new pods do not learn where they are.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { logsOf } from '../kubernetes/pods';
import { apiServerSwitch } from '../setup/switches';
import { eventually } from '../waiting';
import { Finding } from './result';
import { restart, rollingOrder, untilRolled } from './rolling';
import { Scenario, Stage } from './scenario';

const POLICY = 'e2e-no-api-server';
const AWAY_MS = 120_000;
const SAID = /the API server does not answer/;

/** The API server is away for two minutes while a map is restarted. */
export const apiServerAwayMidRoll: Scenario = {
  name: 'API server down mid-roll',
  about:
    'While the first broker of a map stops, the API server goes away for two minutes: it is stopped where ' +
    'somebody can do that, otherwise network policies keep all pods from it.',
  errors: 'nobody',
  act: async (stage) => {
    const { world, recorder } = stage;
    const [map] = world.outcome.maps;
    const [first] = rollingOrder(map);
    recorder.mark(`restart of ${map.statefulSet}`);
    await restart(world.outcome, map.statefulSet);
    await recorder.until(`${first} stopping`, 300, () => recorder.stateOf(first) !== 'ready');
    const found = await away(stage, first);
    recorder.mark('API server is back');
    await untilRolled(world.outcome, map.statefulSet);
    return [found];
  },
};

async function away(stage: Stage, first: string): Promise<Finding> {
  const power = apiServerSwitch();
  stage.recorder.mark('no API server');
  const begin = Date.now();
  if (!power) {
    return cutOff(stage, first, begin);
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
  return { expected: 'nobody reaches the API server', seen, isMet: seen !== 'ok' };
}

async function cutOff({ world }: Stage, first: string, begin: number): Promise<Finding> {
  const { namespace } = world.outcome;
  try {
    await apply(noApiServer(namespace, POLICY));
    const said = await eventually<string>(`init of ${first} to miss the API server`, 110, async () => {
      const log = await logsOf(namespace, first, 'init');
      const line = log.split('\n').findLast((text) => SAID.test(text));
      return line === undefined ? { state: log.trim().split('\n').at(-1) ?? '' } : { done: line };
    });
    await sleep(Math.max(0, begin + AWAY_MS - Date.now()));
    return { expected: `${first} waits for the API server, and says so`, seen: said, isMet: true };
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
  }
}
