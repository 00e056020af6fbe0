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
import { Expectations, World, brokersOf } from '../world';
import { ROTATION_SECONDS, rotate, unreplaced } from './ca-rotation';
import { connectFrom, formatConnection, isConnected, isUnresolved } from './connections';
import { refreshingSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { sendRequest, caNumbersOf, statusOf, untilDone } from './rotation-request';
import { wantedFingerprint } from './secrets';
import { authoritySelector, untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { WITH_RESTARTS, underLoad } from './under-load';

/** Kills the authority in every phase of a rotation. It resumes the rotation. */
export async function authorityKilledAtEveryStep(world: World): Promise<string> {
  const { expectations } = world;
  await untilHealthy(world);
  await untilStable(expectations);
  return underLoad(world, 'killed-authority', () =>
    refreshingSecrets(expectations, async () => {
      const before = await podStatesOf(expectations);
      const old = await caNumbersOf(expectations, 'cluster');
      const request = await sendRequest(expectations, 'cluster', 'rotate');
      const killed: string[] = [];
      const phases = new Set<string>();
      await eventually('the end of the rotation', ROTATION_SECONDS, async () => {
        const status = await statusOf(expectations, 'cluster');
        const phase = status?.handledRequests.rotate === request ? status.phase : 'requested';
        // A step starts with a new phase, a new condition to wait for, or a saved state.
        const step = [
          phase,
          status?.waitingFor.join('; ').replaceAll(/\d/g, ''),
          await versionOf(expectations, `${expectations.clusterName}-ca`),
        ].join(' ');
        if (killed.at(-1) !== step && killed.length < 40) {
          killed.push(step);
          phases.add(phase);
          await killAuthority(world);
        }
        return phase === 'stable' && status?.waitingFor.length === 0 ? { done: undefined } : { state: step };
      });
      await untilServed(expectations, await wantedFingerprint(expectations), 120);
      await untilStable(expectations);
      const now = await caNumbersOf(expectations, 'cluster');
      const changes = changesSince(before, await podStatesOf(expectations));
      const unharmed = ['distributing-ca', 'reissuing', 'removing-ca']
        .filter((phase) => !phases.has(phase))
        .map((phase) => `it was not killed in phase ${phase}`);
      assertNone([
        ...changes.filter((change) => !isOfAuthority(expectations, change)),
        ...unreplaced(old, now),
        ...unharmed,
      ]);
      return `killed ${killed.length} times, CA ${now[0]} in place of ${old.join(', ')}`;
    }),
  );
}

/** Kills an agent during a rotation. The restarted agent loads the new certificates. */
export async function agentKilled(world: World): Promise<string> {
  const { expectations } = world;
  await untilHealthy(world);
  await untilStable(expectations);
  const [{ pod }] = brokersOf(expectations);
  return underLoad(world, 'killed-agent', () =>
    refreshingSecrets(expectations, async () => {
      const before = await podStatesOf(expectations);
      const request = await sendRequest(expectations, 'cluster', 'rotate');
      for (const phase of ['distributing-ca', 'reissuing']) {
        await eventually(`phase ${phase}`, ROTATION_SECONDS, async () => {
          const status = await statusOf(expectations, 'cluster');
          return status?.handledRequests.rotate === request && status.phase === phase
            ? { done: undefined }
            : { state: String(status?.phase) };
        });
        await killProcess(expectations.namespace, pod, 'agent');
      }
      const rotated = await untilDone(expectations, 'cluster', 'rotate', request, ROTATION_SECONDS);
      await untilServed(expectations, await wantedFingerprint(expectations), 60);
      const changes = changesSince(before, await podStatesOf(expectations));
      assertNone(changes.filter((change) => !change.startsWith(`restarts of ${pod}`)));
      return `agent of ${pod} killed twice; ${rotated}`;
    }),
  );
}

/** A rotation does not wait for a broker that is down, and the broker starts with the new certificates. */
export async function brokerDownThroughout(world: World): Promise<string> {
  const { expectations } = world;
  await untilHealthy(world);
  await untilStable(expectations);
  const broker = new OneBroker(world);
  return underLoad(
    world,
    'broker-down',
    async () => {
      let rotated: string;
      try {
        await broker.stop();
        rotated = await refreshingSecrets(expectations, async () => {
          const request = await sendRequest(expectations, 'cluster', 'rotate');
          return untilDone(expectations, 'cluster', 'rotate', request, ROTATION_SECONDS);
        });
      } finally {
        await broker.start();
      }
      await untilHealthy(world);
      await untilServed(expectations, await wantedFingerprint(expectations), 60);
      return `without ${broker.pod}: ${rotated}`;
    },
    WITH_RESTARTS,
  );
}

const POLICY = 'e2e-no-api-server';
const API_SERVER = 'kubernetes.default.svc:443';
const OUTAGE_SECONDS = 60;
/** The outage begins this long before the end of the overlap, which is the next step of the authority. */
const BEFORE_STEP_MS = 25_000;

/** The API server is unreachable for a minute at the end of an overlap. The rotation continues afterwards. */
export async function apiServerUnreachable(world: World): Promise<string> {
  const { expectations } = world;
  await untilHealthy(world);
  await untilStable(expectations);
  return underLoad(world, 'no-api-server', async () => {
    // `blockApiServer` restarts the authority.
    const rotation = rotate(world, (change) => isOfAuthority(expectations, change));
    const results = await Promise.allSettled([rotation, blockApiServer(expectations)]);
    assertNone(
      results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : [])),
    );
    await untilStable(expectations);
    return results.map((result) => (result.status === 'fulfilled' ? result.value : '')).join('; ');
  });
}

/** Blocks new connections of all pods to the API server, and closes the connection of the authority. */
async function blockApiServer(expectations: Expectations): Promise<string> {
  const { namespace } = expectations;
  await eventually('the end of an overlap to be near', 300, async () => {
    const status = await statusOf(expectations, 'cluster');
    const end = /until (\S+Z)/.exec(status?.waitingFor.join() ?? '')?.[1];
    return status?.phase === 'distributing-ca' && end && Date.parse(end) - Date.now() < BEFORE_STEP_MS
      ? { done: undefined }
      : { state: `${status?.phase}, overlap until ${end}` };
  });
  const [{ metadata }] = await podsOf(namespace, authoritySelector(expectations));
  const began = Date.now();
  let logged: string;
  try {
    await apply(noApiServer(namespace, POLICY));
    await untilBlocked(namespace, metadata.name);
    // A NetworkPolicy does not close existing connections. A new process has none.
    await killProcess(namespace, metadata.name, 'authority');
    logged = await untilOutageIsLogged(expectations, metadata.name, began);
    // The outage has a fixed length.
    await sleep(Math.max(0, began + OUTAGE_SECONDS * 1000 - Date.now()));
    const status = await statusOf(expectations, 'cluster');
    if (status?.phase !== 'distributing-ca') {
      throw new Error(`the rotation continued to ${status?.phase} although the API server was unreachable`);
    }
  } finally {
    await kubectl(['delete', 'networkpolicy', POLICY, `--namespace=${namespace}`, '--ignore-not-found']);
  }
  return `API server unreachable for ${Math.round((Date.now() - began) / 1000)} s: ${logged}`;
}

/** Waits until a pod cannot open connections to the API server: the network plugin applies a policy with a delay. */
async function untilBlocked(namespace: string, pod: string): Promise<void> {
  await eventually(`no connection of ${pod} to the API server`, 30, async () => {
    const [connection] = await connectFrom(namespace, pod, [API_SERVER]);
    return isConnected(connection) || isUnresolved(connection)
      ? { state: formatConnection(connection) }
      : { done: undefined };
  });
}

async function untilOutageIsLogged({ namespace }: Expectations, pod: string, since: number): Promise<string> {
  return eventually<string>(
    'a log line of the authority about the API server',
    OUTAGE_SECONDS - 10,
    async () => {
      const line = (await logsOf(namespace, pod, 'authority'))
        .split('\n')
        .findLast((text) => text.includes('no response from the API server'));
      const { time = '', message = '' } = line === undefined ? {} : (JSON.parse(line) as Partial<LogLine>);
      return Date.parse(time) >= since ? { done: message } : { state: line ?? 'no such log line' };
    },
  );
}

interface LogLine {
  readonly time: string;
  readonly message: string;
}

function isOfAuthority({ clusterName }: Expectations, change: string): boolean {
  return new RegExp(`^(restarts of )?${clusterName}-authority-`).test(change);
}

async function versionOf({ namespace }: Expectations, secret: string): Promise<string> {
  const path = '--output=jsonpath={.metadata.resourceVersion}';
  return kubectl(['get', 'secret', secret, `--namespace=${namespace}`, path]);
}

async function killAuthority({ expectations }: World): Promise<void> {
  const { namespace } = expectations;
  const selector = authoritySelector(expectations);
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
 * Signals from inside a container do not kill PID 1, so the Node.js debugger ends the process. This works on any cluster, and
 * no exit handler runs.
 */
const KILL = `
process.kill(1, 'SIGUSR1');
const end = Date.now() + 10000;
const attempt = async () => {
  const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json')).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  // With a delay: an ending process waits for its debugger.
  const expression = 'setTimeout(() => process.reallyExit(137), 3000)';
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  socket.onmessage = () => process.exit(0);
};
const retry = () => attempt().catch(() => Date.now() < end ? setTimeout(retry, 100) : process.exit(1));
retry();
`;

/** Ends the process of a container. The container restarts in the same pod. */
async function killProcess(namespace: string, pod: string, container: string): Promise<void> {
  const restarts = async () => {
    const found = await podOf(namespace, pod);
    return found && statusesOf(found).find(({ name }) => name === container)?.restartCount;
  };
  const before = await restarts();
  // The call ends with the container. The exit code has no meaning.
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, `--container=${container}`, '--'];
  await kubectl([...args, 'node', '-'], { input: KILL, seconds: 30 }).catch(() => undefined);
  await eventually(`${container} of ${pod} restarted`, 60, async () => {
    const now = await restarts();
    return now === (before ?? 0) + 1 ? { done: undefined } : { state: `${now} restarts` };
  });
}
