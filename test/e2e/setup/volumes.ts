/*
 * Local volumes keep their data when their claims are deleted. The tests wipe them and make them available again, but only
 * volumes with claims in a namespace of the tests.
 */
import { deleteAll } from '../kubernetes/deleting';
import { apply, kubectl, list } from '../kubernetes/kubectl';
import { Node, PersistentVolume } from '../kubernetes/objects';
import { podsOf, stateOf } from '../kubernetes/pods';
import { TOOLS_IMAGE } from '../kafka/client-pod';
import { assertNone, eventually } from '../waiting';
import { hasCommand, outside } from './outside-commands';
import { E2E_LABEL, testPod } from '../kubernetes/test-pod';

const HOSTNAME = 'kubernetes.io/hostname';
const WIPED = 'cdk8s-kafka.io/e2e-wiped';

/** Wipes the volumes of the claims of a namespace, deletes the claims, and makes the volumes available. */
export async function reclaimVolumes(namespace: string): Promise<void> {
  await deleteVolumesOfLostNodes(namespace);
  if (hasCommand('E2E_DISKS_RECYCLE')) {
    await outside('E2E_DISKS_RECYCLE');
  }
  const kept = (await volumesOf(namespace)).filter(isKept);
  const wiped = kept.filter(isWiped);
  const full = kept.filter((volume) => !isWiped(volume));
  assertNone(
    full
      .filter(({ status }) => status.phase !== 'Bound')
      .map(
        ({ metadata, status }) =>
          `volume ${metadata.name} is ${status.phase} and contains data of namespace ${namespace}: wipe it, then ` +
          `kubectl patch pv ${metadata.name} --type=merge --patch='{"spec":{"claimRef":null}}'`,
      ),
  );
  await wipe(namespace, full);
  await deleteAll('persistentvolumeclaims', { namespace });
  await offer([...wiped, ...full].map(({ metadata }) => metadata.name));
}

/** The data of a volume is gone with its node. */
async function deleteVolumesOfLostNodes(namespace: string): Promise<void> {
  const nodes = new Set((await list<Node>(['nodes'])).map(({ metadata }) => metadata.name));
  const lost = (await volumesOf(namespace)).filter(({ spec }) => {
    const hosts = (spec.nodeAffinity?.required.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }) =>
      matchExpressions.flatMap(({ key, values = [] }) => (key === HOSTNAME ? values : [])),
    );
    return hosts.length > 0 && hosts.every((host) => !nodes.has(host));
  });
  const bound = lost.flatMap(({ spec, status }) =>
    status.phase === 'Bound' ? (spec.claimRef?.name ?? []) : [],
  );
  if (bound.length > 0) {
    await kubectl([
      'delete',
      'persistentvolumeclaims',
      ...bound,
      `--namespace=${namespace}`,
      '--ignore-not-found',
    ]);
  }
  if (lost.length > 0) {
    await kubectl(['delete', 'persistentvolumes', ...lost.map(({ metadata }) => metadata.name)]);
  }
}

async function volumesOf(namespace: string): Promise<PersistentVolume[]> {
  const volumes = await list<PersistentVolume>(['persistentvolumes']);
  return volumes.filter(({ spec }) => spec.claimRef?.namespace === namespace);
}

/** True if a volume is retained with its data. Volumes on fake nodes have no data. */
function isKept({ metadata, spec }: PersistentVolume): boolean {
  return spec.persistentVolumeReclaimPolicy === 'Retain' && metadata.labels?.[E2E_LABEL] === undefined;
}

function isWiped({ metadata }: PersistentVolume): boolean {
  return metadata.annotations?.[WIPED] === 'true';
}

async function wipe(namespace: string, volumes: readonly PersistentVolume[]): Promise<void> {
  if (volumes.length === 0) {
    return;
  }
  const pods = volumes.map(({ spec }) =>
    diskPod(namespace, `e2e-wipe-${spec.claimRef!.name}`, spec.claimRef!.name, WIPE, { [PURPOSE]: 'wipe' }),
  );
  await apply(...pods);
  await eventually('volumes wiped', 300, async () => {
    const found = await podsOf(namespace, `${PURPOSE}=wipe`);
    const waiting = found.filter(({ status }) => status.phase !== 'Succeeded');
    return found.length === pods.length && waiting.length === 0
      ? { done: undefined }
      : { state: waiting.map((pod) => stateOf(pod.metadata.name, pod)).join(', ') };
  });
  const names = volumes.map(({ metadata }) => metadata.name);
  await kubectl(['annotate', 'persistentvolumes', ...names, `${WIPED}=true`, '--overwrite']);
  await kubectl(['delete', 'pods', `--selector=${PURPOSE}=wipe`, `--namespace=${namespace}`]);
}

async function offer(names: readonly string[]): Promise<void> {
  if (names.length === 0) {
    return;
  }
  await eventually('volumes released', 120, async () => {
    const volumes = await list<PersistentVolume>(['persistentvolumes']);
    const bound = volumes.filter(
      ({ metadata, status }) => names.includes(metadata.name) && status.phase === 'Bound',
    );
    return bound.length === 0
      ? { done: undefined }
      : { state: `still bound: ${bound.map(({ metadata }) => metadata.name).join(', ')}` };
  });
  const patch = JSON.stringify({
    metadata: { annotations: { [WIPED]: null } },
    spec: { claimRef: null },
  });
  await kubectl(['patch', 'persistentvolumes', ...names, '--type=merge', `--patch=${patch}`]);
}

const PURPOSE = 'cdk8s-kafka.io/e2e-purpose';

// ext4 reserves lost+found.
const WIPE = 'find /disk -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +';

/** A pod that runs a script. The volume of a claim is mounted at /disk. */
export function diskPod(
  namespace: string,
  name: string,
  claim: string,
  script: string,
  labels: Readonly<Record<string, string>> = {},
): ReturnType<typeof testPod> {
  return testPod({
    namespace,
    name,
    labels,
    container: {
      name: 'disk',
      image: TOOLS_IMAGE,
      command: ['bash', '-ec', script],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
      volumeMounts: [{ name: 'disk', mountPath: '/disk' }],
    },
    volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: claim } }],
    spec: { tolerations: [{ operator: 'Exists' }] },
  });
}
