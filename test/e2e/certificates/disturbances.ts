/*
 * What may happen while an authority is replaced.
 */
import { allIsWell } from '../checks/sync';
import { OneBroker } from '../failures/one-broker';
import { apply, kubectl } from '../kubernetes/kubectl';
import { statusesOf } from '../kubernetes/objects';
import { podOf, podsOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { World, brokersOf } from '../world';
import { ROTATION_SECONDS, rotate } from './authorities';
import { poking } from './poker';
import { untilServed } from './probing';
import { ask, authoritiesOf, statusOf, untilDone } from './rotation';
import { wantedFingerprint } from './secrets';
import { changesSince, standingOf } from './standing';
import { WITH_RESTARTS, underLoad } from './under-load';

/** The authority is killed in every phase, and goes on where it was. */
export async function authorityKilledAtEveryStep(world: World): Promise<string> {
  const { outcome } = world;
  await allIsWell(world);
  return underLoad(world, 'killed-authority', () =>
    poking(outcome, async () => {
      const old = await authoritiesOf(outcome, 'cluster');
      const words = await ask(outcome, 'cluster', 'rotate');
      const killed: string[] = [];
      await eventually('the end of the rotation', ROTATION_SECONDS, async () => {
        const status = await statusOf(outcome, 'cluster');
        const phase = status?.handled.rotate === words ? status.phase : 'asked';
        // Once as soon as a phase begins, and again when it waits for something else.
        const step = `${phase} ${status?.waitsFor.join('; ').replaceAll(/\d/g, '') ?? ''}`;
        if (killed.at(-1) !== step && killed.length < 40) {
          killed.push(step);
          await killAuthority(world);
        }
        return phase === 'stable' && status?.waitsFor.length === 0 ? { done: undefined } : { state: step };
      });
      await untilServed(outcome, await wantedFingerprint(outcome), 120);
      const now = await authoritiesOf(outcome, 'cluster');
      assertNone(
        now.length === 1 && !old.includes(now[0])
          ? []
          : [`authorities were ${old.join(', ')} and are ${now.join(', ')}`],
      );
      return `killed ${killed.length} times, CA ${now[0]} in place of ${old.join(', ')}`;
    }),
  );
}

/** An agent is killed while certificates change; its successor takes them over. */
export async function agentKilled(world: World): Promise<string> {
  const { outcome } = world;
  await allIsWell(world);
  const [{ pod }] = brokersOf(outcome);
  return underLoad(world, 'killed-agent', () =>
    poking(outcome, async () => {
      const before = await standingOf(outcome);
      const words = await ask(outcome, 'cluster', 'rotate');
      for (const phase of ['trusting', 'renewing']) {
        await eventually(`phase ${phase}`, ROTATION_SECONDS, async () => {
          const status = await statusOf(outcome, 'cluster');
          return status?.handled.rotate === words && status.phase === phase
            ? { done: undefined }
            : { state: String(status?.phase) };
        });
        await killAgent(world, pod);
      }
      const said = await untilDone(outcome, 'cluster', 'rotate', words, ROTATION_SECONDS);
      await untilServed(outcome, await wantedFingerprint(outcome), 60);
      const changes = changesSince(before, await standingOf(outcome));
      assertNone(changes.filter((change) => !change.startsWith(`restarts of ${pod}`)));
      return `agent of ${pod} killed twice; ${said}`;
    }),
  );
}

/** A broker that is down from the start to the end is not waited for, and comes back with what is new. */
export async function brokerDownThroughout(world: World): Promise<string> {
  const { outcome } = world;
  await allIsWell(world);
  const broker = new OneBroker(world);
  return underLoad(
    world,
    'broker-down',
    async () => {
      await broker.stop();
      let said: string;
      try {
        said = await poking(outcome, async () => {
          const words = await ask(outcome, 'cluster', 'rotate');
          return untilDone(outcome, 'cluster', 'rotate', words, ROTATION_SECONDS);
        });
      } finally {
        await broker.start();
      }
      await allIsWell(world);
      await untilServed(outcome, await wantedFingerprint(outcome), 60);
      return `without ${broker.pod}: ${said}`;
    },
    WITH_RESTARTS,
  );
}

const POLICY = 'e2e-no-api-server';
const AWAY_SECONDS = 60;

/** The API server is out of reach of all pods for a minute in the middle of a rotation, which then goes on. */
export async function apiServerAway(world: World): Promise<string> {
  const { outcome } = world;
  const within = `--namespace=${outcome.namespace}`;
  await allIsWell(world);
  return underLoad(world, 'no-api-server', async () => {
    const cut = async () => {
      await eventually('phase trusting', 120, async () => {
        const status = await statusOf(outcome, 'cluster');
        return status?.phase === 'trusting' ? { done: undefined } : { state: String(status?.phase) };
      });
      const back = Date.now() + AWAY_SECONDS * 1000;
      try {
        // All pods may be reached, so everything but the API server, which is none.
        await apply({
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: POLICY, namespace: outcome.namespace },
          spec: {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ to: [{ namespaceSelector: {} }] }],
          },
        });
        await eventually('a minute', AWAY_SECONDS + 5, async () =>
          Date.now() >= back ? { done: undefined } : { state: 'not over' },
        );
      } finally {
        await kubectl(['delete', 'networkpolicy', POLICY, within, '--ignore-not-found']);
      }
    };
    const [said] = await Promise.all([rotate(world), cut()]);
    return said;
  });
}

async function killAuthority({ outcome }: World): Promise<void> {
  const { namespace, clusterName } = outcome;
  const selector = `cdk8s-kafka.io/cluster=${clusterName},app.kubernetes.io/component=authority`;
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

async function killAgent({ outcome }: World, pod: string): Promise<void> {
  const { namespace } = outcome;
  const restarts = async () => {
    const found = await podOf(namespace, pod);
    return found && statusesOf(found).find(({ name }) => name === 'agent')?.restartCount;
  };
  const before = await restarts();
  // The call ends with the container, so how it ends says nothing.
  const args = ['exec', '--stdin', pod, `--namespace=${namespace}`, '--container=agent', '--', 'node', '-'];
  await kubectl(args, { input: KILL, seconds: 30 }).catch(() => undefined);
  await eventually(`the agent of ${pod} restarted`, 60, async () => {
    const now = await restarts();
    return now === (before ?? 0) + 1 ? { done: undefined } : { state: `${now} restarts` };
  });
}
