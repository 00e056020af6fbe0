/*
 * Disks of a broker that become read-only or full.
 */
import { execIn } from '../kubernetes/pods';
import { nodeOf } from '../restarts/nodes';
import { rolloutOrder } from '../restarts/rollout';
import { Scenario } from '../restarts/scenario';
import { outside } from '../setup/outside-commands';
import { Attempt, eventually } from '../waiting';
import { World } from '../world';
import { deletePodWithClaims, localPathOf, volumesOf } from './claims';
import { initLogged, replaced } from './lost-disks';
import { RECOVERY_SECONDS } from './lost-node';

const AGENT = 'http://127.0.0.1:8080';
const OFFLINE = /Kafka has had an I\/O error in \/var\/lib\/kafka\/data-1\/kafka-log/;
const METRIC = /^cdk8s_kafka_log_dir_online\{[^}]*data-1[^}]*\} 0$/m;

/** One of two disks becomes read-only, and is replaced. */
export const readOnlyDisk: Scenario = {
  name: 'one of two disks read-only',
  about:
    'One of two disks of a broker becomes read-only. Kafka goes on with the other one, and readiness and metrics name the disk. Then its ' +
    'claim is deleted with the pod, and the broker replicates only what was on it.',
  errors: 'impatient',
  commands: ['E2E_DISK_READ_ONLY', 'E2E_DISK_READ_WRITE', 'E2E_DISKS_RECYCLE'],
  act: async (context) => {
    const { world, recorder } = context;
    const { namespace, maps } = world.expectations;
    const [pod] = rolloutOrder(maps[0]);
    const claim = `data-1-${pod}`;
    const place = [await nodeOf(namespace, pod), await localPathOf(namespace, claim)] as const;
    const before = await volumesOf(world, pod);
    const restarts = recorder.latest(pod)?.restarts.kafka;
    recorder.mark(`${place.join(' ')} read-only`);
    await outside('E2E_DISK_READ_ONLY', ...place);
    let said: string;
    let metric: string;
    let hasRestarted: boolean;
    let after: ReadonlyMap<string, string>;
    let start: string;
    try {
      said = await agentSays(world, pod, '/readyz?verbose', OFFLINE);
      metric = await agentSays(world, pod, '/metrics', METRIC);
      hasRestarted = recorder.latest(pod)?.restarts.kafka !== restarts;
      await replaced(context, pod, () => deletePodWithClaims(context, pod, [claim]));
      after = await volumesOf(world, pod);
      start = await initLogged(world, pod, /is empty; .*it replicates from them/);
    } finally {
      await outside('E2E_DISK_READ_WRITE', ...place);
      await outside('E2E_DISKS_RECYCLE');
    }
    const other = `data-0-${pod}`;
    return [
      { expected: 'readiness names the disk', seen: said, isMet: true },
      { expected: 'a metric says that it is offline', seen: metric, isMet: true },
      {
        expected: 'Kafka goes on with the other disk',
        seen: hasRestarted ? 'it restarted' : 'it did not restart',
        isMet: !hasRestarted,
      },
      {
        expected: 'the other disk stays, and this one is replaced',
        seen: `${[...after.values()].join(', ')}: ${start}`,
        isMet: after.get(other) === before.get(other) && after.get(claim) !== before.get(claim),
      },
    ];
  },
};

/** All disks of a broker are full, and get space again. */
export const fullDisks: Scenario = {
  name: 'disks full, and space again',
  about:
    'The disks of a broker get full, so Kafka stops. When there is space again, it starts, and no person does anything.',
  errors: 'impatient',
  commands: ['E2E_DISK_FILL'],
  act: async (context) => {
    const { world, recorder } = context;
    const { namespace, maps } = world.expectations;
    const [pod] = rolloutOrder(maps[0]);
    const node = await nodeOf(namespace, pod);
    const paths = await Promise.all(
      [...(await volumesOf(world, pod)).keys()].map((claim) => localPathOf(namespace, claim)),
    );
    const before = recorder.latest(pod);
    try {
      for (const path of paths) {
        recorder.mark(`${path} of ${node} full`);
        await outside('E2E_DISK_FILL', node, path, 100);
      }
      await recorder.until(
        `Kafka of ${pod} stopped`,
        RECOVERY_SECONDS,
        () => (recorder.latest(pod)?.restarts.kafka ?? 0) > (before?.restarts.kafka ?? 0),
      );
    } finally {
      for (const path of paths) {
        await outside('E2E_DISK_FILL', node, path, 0);
      }
      recorder.mark('space again');
    }
    const begin = Date.now();
    await recorder.until(`${pod} ready`, RECOVERY_SECONDS, () => recorder.stateOf(pod) === 'ready');
    const log = recorder.logsOf(before?.uid ?? '')?.kafka ?? '';
    return [
      {
        expected: 'Kafka says why it stopped',
        seen: /No space left on device/.exec(log)?.[0] ?? 'nothing',
        isMet: log.includes('No space left on device'),
      },
      {
        expected: 'the same pod is ready again',
        seen: `after ${Math.round((Date.now() - begin) / 1000)} s`,
        isMet: recorder.latest(pod)?.uid === before?.uid,
      },
    ];
  },
};

/** Waits until the agent of a pod answers with a text, and returns it. */
async function agentSays(
  { expectations: { namespace } }: World,
  pod: string,
  path: string,
  pattern: RegExp,
): Promise<string> {
  const attempt = async (): Promise<Attempt<string>> => {
    const answer = await execIn(
      { namespace, pod, container: 'agent' },
      'wget',
      '-qO-',
      `${AGENT}${path}`,
    ).catch((error: Error) => error.message);
    const found = pattern.exec(answer);
    return found ? { done: found[0] } : { state: answer.slice(0, 500) };
  };
  return eventually(`${pod} to say ${pattern.source}`, 300, attempt);
}
