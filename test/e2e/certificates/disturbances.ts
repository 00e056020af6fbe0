/*
 * Disturbances of a CA rotation.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilHealthy } from '../checks/sync';
import { OneBroker } from '../failures/one-broker';
import { apply, kubectl } from '../kubernetes/kubectl';
import { noApiServer } from '../kubernetes/no-api-server';
import { statusesOf } from '../kubernetes/objects';
import { logsOf, podOf, podsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { Outcome, World, brokersOf } from '../world';
import { ROTATION_SECONDS, rotate, unreplaced } from './ca-rotation';
import { refreshingSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { sendRequest, caNumbersOf, statusOf, untilDone } from './rotation-request';
import { wantedFingerprint } from './secrets';
import { authoritySelector, untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { WITH_RESTARTS, underLoad } from './under-load';

/** The authority is killed in every phase, and goes on where it was. */
export async function authorityKilledAtEveryStep(world: World): Promise<string> {
  const { outcome } = world;
  await untilHealthy(world);
  await untilStable(outcome);
  return underLoad(world, 'killed-authority', () =>
    refreshingSecrets(outcome, async () => {
      const before = await podStatesOf(outcome);
      const old = await caNumbersOf(outcome, 'cluster');
      const request = await sendRequest(outcome, 'cluster', 'rotate');
      const killed: string[] = [];
      const phases = new Set<string>();
      await eventually('the end of the rotation', ROTATION_SECONDS, async () => {
        const status = await statusOf(outcome, 'cluster');
        const phase = status?.handledRequests.rotate === request ? status.phase : 'asked';
        // As soon as a phase begins, when it waits for something else, and when its state is saved and Secrets may not be.
        const step = [
          phase,
          status?.waitingFor.join('; ').replaceAll(/\d/g, ''),
          await versionOf(outcome, `${outcome.clusterName}-ca`),
        ].join(' ');
        if (killed.at(-1) !== step && killed.length < 40) {
          killed.push(step);
          phases.add(phase);
          await killAuthority(world);
        }
        return phase === 'stable' && status?.waitingFor.length === 0 ? { done: undefined } : { state: step };
      });
      await untilServed(outcome, await wantedFingerprint(outcome), 120);
      await untilStable(outcome);
      const now = await caNumbersOf(outcome, 'cluster');
      const changes = changesSince(before, await podStatesOf(outcome));
      const unharmed = ['distributing-ca', 'reissuing', 'removing-ca']
        .filter((phase) => !phases.has(phase))
        .map((phase) => `it was not killed in phase ${phase}`);
      assertNone([
        ...changes.filter((change) => !isOfAuthority(outcome, change)),
        ...unreplaced(old, now),
        ...unharmed,
      ]);
      return `killed ${killed.length} times, CA ${now[0]} in place of ${old.join(', ')}`;
    }),
  );
}

/** An agent is killed while certificates change; its successor takes them over. */
export async function agentKilled(world: World): Promise<string> {
  const { outcome } = world;
  await untilHealthy(world);
  await untilStable(outcome);
  const [{ pod }] = brokersOf(outcome);
  return underLoad(world, 'killed-agent', () =>
    refreshingSecrets(outcome, async () => {
      const before = await podStatesOf(outcome);
      const request = await sendRequest(outcome, 'cluster', 'rotate');
      for (const phase of ['distributing-ca', 'reissuing']) {
        await eventually(`phase ${phase}`, ROTATION_SECONDS, async () => {
          const status = await statusOf(outcome, 'cluster');
          return status?.handledRequests.rotate === request && status.phase === phase
            ? { done: undefined }
            : { state: String(status?.phase) };
        });
        await killProcess(outcome.namespace, pod, 'agent');
      }
      const said = await untilDone(outcome, 'cluster', 'rotate', request, ROTATION_SECONDS);
      await untilServed(outcome, await wantedFingerprint(outcome), 60);
      const changes = changesSince(before, await podStatesOf(outcome));
      assertNone(changes.filter((change) => !change.startsWith(`restarts of ${pod}`)));
      return `agent of ${pod} killed twice; ${said}`;
    }),
  );
}

/** A rotation does not wait for a broker that is down, and the broker starts with the new certificates. */
export async function brokerDownThroughout(world: World): Promise<string> {
  const { outcome } = world;
  await untilHealthy(world);
  await untilStable(outcome);
  const broker = new OneBroker(world);
  return underLoad(
    world,
    'broker-down',
    async () => {
      let said: string;
      try {
        await broker.stop();
        said = await refreshingSecrets(outcome, async () => {
          const request = await sendRequest(outcome, 'cluster', 'rotate');
          return untilDone(outcome, 'cluster', 'rotate', request, ROTATION_SECONDS);
        });
      } finally {
        await broker.start();
      }
      await untilHealthy(world);
      await untilServed(outcome, await wantedFingerprint(outcome), 60);
      return `without ${broker.pod}: ${said}`;
    },
    WITH_RESTARTS,
  );
}

const POLICY = 'e2e-no-api-server';
const AWAY_SECONDS = 60;
/** The cut begins so long before the authority would take its next step. */
const BEFORE_STEP_MS = 25_000;

/** The API server is out of reach for a minute, in which a rotation would have gone on; then it does. */
export async function apiServerAway(world: World): Promise<string> {
  const { outcome } = world;
  await untilHealthy(world);
  await untilStable(outcome);
  return underLoad(world, 'no-api-server', async () => {
    // The cut needs a new process of the authority.
    const rotation = rotate(world, (change) => isOfAuthority(outcome, change));
    const results = await Promise.allSettled([rotation, cutOff(outcome)]);
    assertNone(
      results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : [])),
    );
    await untilStable(outcome);
    return results.map((result) => (result.status === 'fulfilled' ? result.value : '')).join('; ');
  });
}

/** Keeps all pods from new connections to the API server, and the authority from the one that it has. */
async function cutOff(outcome: Outcome): Promise<string> {
  const { namespace } = outcome;
  await eventually('the end of an overlap to be near', 300, async () => {
    const status = await statusOf(outcome, 'cluster');
    const end = /until (\S+Z)/.exec(status?.waitingFor.join() ?? '')?.[1];
    return status?.phase === 'distributing-ca' && end && Date.parse(end) - Date.now() < BEFORE_STEP_MS
      ? { done: undefined }
      : { state: `${status?.phase}, overlap until ${end}` };
  });
  const [{ metadata }] = await podsOf(namespace, authoritySelector(outcome));
  const began = Date.now();
  let said: string;
  try {
    await apply(noApiServer(namespace, POLICY));
    await sleep(SPREAD_MS);
    // Policies leave connections alone that are there. A new process has none, and the policy knows its pod.
    await killProcess(namespace, metadata.name, 'authority');
    said = await untilCutOff(outcome, metadata.name, began);
    await sleep(Math.max(0, began + AWAY_SECONDS * 1000 - Date.now()));
    const status = await statusOf(outcome, 'cluster');
    if (status?.phase !== 'distributing-ca') {
      throw new Error(`the API server was out of reach, and the rotation went on to ${status?.phase}`);
    }
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
  }
  return `cut off for ${Math.round((Date.now() - began) / 1000)} s: ${said}`;
}

/** Until a policy is known everywhere. */
const SPREAD_MS = 5_000;

async function untilCutOff({ namespace }: Outcome, pod: string, since: number): Promise<string> {
  return eventually<string>('the authority to miss the API server', AWAY_SECONDS - 10, async () => {
    const line = (await logsOf(namespace, pod, 'authority'))
      .split('\n')
      .findLast((text) => text.includes('no response from the API server'));
    const { time = '', message = '' } = line === undefined ? {} : (JSON.parse(line) as Partial<LogLine>);
    return Date.parse(time) >= since ? { done: message } : { state: line ?? 'it says nothing of the kind' };
  });
}

interface LogLine {
  readonly time: string;
  readonly message: string;
}

function isOfAuthority({ clusterName }: Outcome, change: string): boolean {
  return new RegExp(`^(restarts of )?${clusterName}-authority-`).test(change);
}

async function versionOf({ namespace }: Outcome, secret: string): Promise<string> {
  const path = '--output=jsonpath={.metadata.resourceVersion}';
  return kubectl(['get', 'secret', secret, `--namespace=${namespace}`, path]);
}

async function killAuthority({ outcome }: World): Promise<void> {
  const { namespace } = outcome;
  const selector = authoritySelector(outcome);
  const options = [`--namespace=${namespace}`, '--grace-period=0', '--force'];
  const before = new Set((await podsOf(namespace, selector)).map(({ metadata }) => metadata.uid));
  await kubectl(['delete', 'pods', `--selector=${selector}`, ...options]);
  await eventually('another authority', 120, async () => {
    const pods = await podsOf(namespace, selector);
    const running = pods.find(
      ({ metadata, status }) => !before.has(metadata.uid) && status.phase === 'Running',
    );
    return running ? { done: undefined } : { state: `${pods.length} pods` };
  });
}

/*
 * The first process of a container does not die of signals from inside of it. So it is told to start Node.js' debugger,
 * and that to end it: as sudden as a kill, and it works on any cluster.
 */
const KILL = `
process.kill(1, 'SIGUSR1');
const end = Date.now() + 10000;
const attempt = async () => {
  const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json')).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  // Not at once: a process that ends waits for its debugger to go.
  const expression = 'setTimeout(() => process.reallyExit(137), 3000)';
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  socket.onmessage = () => process.exit(0);
};
const retry = () => attempt().catch(() => Date.now() < end ? setTimeout(retry, 100) : process.exit(1));
retry();
`;

/** Ends the program of a container, which starts again in the same pod. */
async function killProcess(namespace: string, pod: string, container: string): Promise<void> {
  const restarts = async () => {
    const found = await podOf(namespace, pod);
    return found && statusesOf(found).find(({ name }) => name === container)?.restartCount;
  };
  const before = await restarts();
  // The call ends with the container, so how it ends says nothing.
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, `--container=${container}`, '--'];
  await kubectl([...args, 'node', '-'], { input: KILL, seconds: 30 }).catch(() => undefined);
  await eventually(`${container} of ${pod} restarted`, 60, async () => {
    const now = await restarts();
    return now === (before ?? 0) + 1 ? { done: undefined } : { state: `${now} restarts` };
  });
}
