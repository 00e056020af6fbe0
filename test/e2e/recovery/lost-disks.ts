/*
 * Pods, claims and disks that are lost while their nodes stay.
 */
import { lastCopyIsProtected } from '../failures/blank-disk';
import { otherClustersDiskIsRejected } from '../failures/foreign-disk';
import { logsOf } from '../kubernetes/pods';
import { Finding } from '../restarts/result';
import { rolloutOrder } from '../restarts/rollout';
import { Scenario, ScenarioContext } from '../restarts/scenario';
import { outside } from '../setup/outside-commands';
import { eventually } from '../waiting';
import { World } from '../world';
import { deletePodWithClaims, rebind, volumesOf } from './claims';
import { RECOVERY_SECONDS, brokerPod } from './lost-node';

const REPLICATES = /it replicates from them/;
const EMPTY = /is empty, .* have all metadata: it replicates from them/;
const OLD_DATA = /has old data: this is disk \S+, and the last start was on disk/;

/** The pod of a broker is deleted. */
export const deletedPod: Scenario = {
  name: 'pod deleted',
  about: 'The pod of a broker is deleted. The broker starts on the same disks.',
  errors: 'none',
  act: async (context) => {
    const { world } = context;
    const [pod] = rolloutOrder(world.expectations.maps[0]);
    const before = await volumesOf(world, pod);
    await replaced(context, pod, () => deletePodWithClaims(context, pod, []));
    const after = await volumesOf(world, pod);
    return [sameVolumes(before, after)];
  },
};

/** The claims of a broker are deleted with its pod, and later its old disks are attached again. */
export const deletedClaims: Scenario = {
  name: 'pod and claims deleted, and old disks attached again',
  about:
    'The pod and the claims of a broker are deleted. The broker starts on other disks and replicates its data. Then its first disks are ' +
    'attached again: the message has the ids of both, and the broker replicates what they lack.',
  errors: 'none',
  commands: ['E2E_DISKS_RECYCLE'],
  act: async (context) => {
    const { world } = context;
    const [pod] = rolloutOrder(world.expectations.maps[0]);
    const first = await volumesOf(world, pod);
    return recycled(async () => {
      const begin = Date.now();
      await replaced(context, pod, () => deletePodWithClaims(context, pod));
      const seconds = Math.round((Date.now() - begin) / 1_000);
      const second = await volumesOf(world, pod);
      const refilled = await initLogged(world, pod, REPLICATES);
      await replaced(context, pod, () => rebind(context, [pod], first));
      const third = await volumesOf(world, pod);
      const old = await initLogged(world, pod, OLD_DATA);
      return [
        {
          expected: 'other disks, and the broker replicates its data',
          seen: `${[...second.values()].join(', ')} after ${seconds} s: ${refilled}`,
          isMet: [...second].every(([claim, volume]) => first.get(claim) !== volume),
        },
        sameVolumes(first, third),
        { expected: 'the message about the old disks has the ids of both', seen: old, isMet: true },
      ];
    });
  },
};

/** The disk of a controller or ZooKeeper server is lost while its node stays. */
export const lostQuorumDisk: Scenario = {
  name: 'disk of a controller or ZooKeeper server lost',
  about:
    'The pod and the claim of a controller or ZooKeeper server are deleted. It starts on an empty disk, after a majority of the others has ' +
    'all metadata.',
  errors: 'impatient',
  commands: ['E2E_DISKS_RECYCLE'],
  act: async (context) => {
    const { world } = context;
    const [pod] = world.expectations.metadataPods;
    const before = await volumesOf(world, pod);
    return recycled(async () => {
      await replaced(context, pod, () => deletePodWithClaims(context, pod));
      const after = await volumesOf(world, pod);
      const logged = await initLogged(world, pod, EMPTY);
      return [
        {
          expected: 'another disk, and the server starts with the data of the others',
          seen: `${[...after.values()].join(', ')}: ${logged}`,
          isMet: [...after].every(([claim, volume]) => before.get(claim) !== volume),
        },
      ];
    });
  },
};

/** The disks of two brokers are swapped. */
export const swappedDisks: Scenario = {
  name: 'disks of two brokers swapped',
  about:
    'Two brokers are killed, and each gets the disks of the other one. Neither starts, and both say whose disks they have. With their own ' +
    'disks they start again.',
  errors: 'all',
  mayFallBelowMinIsr: true,
  maxUnavailable: 2,
  act: async (context) => {
    const { world } = context;
    const pods = world.expectations.maps[0].brokerIds.slice(0, 2).map((id) => brokerPod(world, id));
    const [one, other] = await Promise.all(pods.map((pod) => volumesOf(world, pod)));
    const own = new Map([...one, ...other]);
    const swapped = new Map([...crossed(one, other), ...crossed(other, one)]);
    const uids = pods.map((pod) => context.recorder.latest(pod)?.uid);
    // The second one would wait until the first is in sync.
    await rebind(context, pods, swapped, ['--grace-period=1']);
    const [a, b] = world.expectations.maps[0].brokerIds;
    const said = await Promise.all([
      initLogged(world, pods[0], new RegExp(`belongs to server ${b}, this is server ${a}`)),
      initLogged(world, pods[1], new RegExp(`belongs to server ${a}, this is server ${b}`)),
    ]);
    const started = pods.filter((pod) => context.recorder.latest(pod)?.startedAt !== undefined);
    await rebind(context, pods, own);
    await context.recorder.until(`${pods.join(', ')} ready`, RECOVERY_SECONDS, () =>
      pods.every(
        (pod, index) =>
          context.recorder.latest(pod)?.uid !== uids[index] && context.recorder.stateOf(pod) === 'ready',
      ),
    );
    return [
      { expected: 'both say whose disks they have', seen: said.join('; '), isMet: true },
      {
        expected: 'Kafka does not start on them',
        seen: started.length === 0 ? 'it did not start' : `${started.join(', ')} started`,
        isMet: started.length === 0,
      },
    ];
  },
};

/** A broker gets the disk of another cluster. */
export const otherClustersDisk = checked(
  'disk of another cluster',
  'A broker gets disks with the data of another cluster. It does not start, and its message has both ids.',
  otherClustersDiskIsRejected,
);

/** The last copy of a partition is wiped. */
export const lastCopy = checked(
  'last copy wiped',
  'The disks of a broker with the only copy of a partition are wiped. The broker waits until a person accepts the loss of this ' +
    'partition, and loses nothing else.',
  lastCopyIsProtected,
);

function checked(name: string, about: string, check: (world: World) => Promise<string>): Scenario {
  return {
    name,
    about,
    errors: 'impatient',
    act: async ({ world }) => [{ expected: about, seen: await check(world), isMet: true }],
  };
}

/** Runs an action, and lets volumes without claims be used again. */
export async function recycled<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    await outside('E2E_DISKS_RECYCLE');
  }
}

/** Runs an action that replaces a pod, and waits until the new pod is ready. */
export async function replaced(
  { recorder }: ScenarioContext,
  pod: string,
  action: () => Promise<void>,
): Promise<void> {
  const uid = recorder.latest(pod)?.uid;
  await action();
  await recorder.until(
    `another pod ${pod} ready`,
    RECOVERY_SECONDS,
    () => recorder.latest(pod)?.uid !== uid && recorder.stateOf(pod) === 'ready',
  );
}

/** Waits for a line in the log of the init container of a pod, and returns its message. */
export async function initLogged({ expectations }: World, pod: string, pattern: RegExp): Promise<string> {
  return eventually<string>(`init of ${pod} to log ${pattern.source}`, 300, async () => {
    const log = await logsOf(expectations.namespace, pod, 'init');
    const line = log.split('\n').findLast((text) => pattern.test(text));
    return line === undefined
      ? { state: log.trim().split('\n').at(-1) ?? 'no log' }
      : { done: line.startsWith('{') ? (JSON.parse(line) as { message: string }).message : line };
  });
}

function sameVolumes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Finding {
  return {
    expected: 'the broker has the disks that it had at first',
    seen: [...after].map(([claim, volume]) => `${claim}: ${volume}`).join(', '),
    isMet: [...before].every(([claim, volume]) => after.get(claim) === volume),
  };
}

/** Volumes of one pod for the claims of the other one. */
function crossed(
  claims: ReadonlyMap<string, string>,
  volumes: ReadonlyMap<string, string>,
): [string, string][] {
  const names = [...claims.keys()].sort();
  const disks = [...volumes].sort(([a], [b]) => a.localeCompare(b)).map(([, volume]) => volume);
  return names.map((name, index) => [name, disks[index]]);
}
