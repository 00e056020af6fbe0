/*
 * Requirements of a group. All missing requirements are reported at once.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { getIfThere, kubectl, list } from '../kubernetes/kubectl';
import { KubernetesObject, Node, PersistentVolume, StorageClass, bytesOf } from '../kubernetes/objects';
import { ROOT } from './manifest';
import { byZone, isFake, usable } from './nodes';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** Requirements of a group. */
export interface Needs {
  readonly namespace: string;
  readonly zones: number;
  /** Nodes that any pod may run on, in each zone. */
  readonly nodesPerZone: number;
  readonly fakeNodesPerZone: number;
  readonly storageClass: string;
  /** Volumes that must exist if there is no provisioner. */
  readonly volumes: { readonly count: number; readonly size: string };
  /** Program that must be in PATH, and its purpose. */
  readonly program?: { readonly name: string; readonly purpose: string };
}

/** Resources of a cluster. */
export interface Facts {
  readonly isBuilt: boolean;
  /** False if the required program is not in PATH. */
  readonly hasProgram: boolean;
  readonly namespace?: KubernetesObject;
  readonly nodes: readonly Node[];
  readonly storageClass?: StorageClass;
  readonly volumes: readonly PersistentVolume[];
}

/** Reads the resources of the cluster. */
export async function gatherFacts({ namespace, program, storageClass }: Needs): Promise<Facts> {
  await kubectl(['version'], { seconds: 30 }).catch((error: Error) => {
    throw new Error(
      `kubectl cannot connect to a cluster; set KUBECONFIG to a cluster for tests (${error.message})`,
    );
  });
  const built = [
    'dist/lib/index.js',
    'dist/agent/agent.mjs',
    'dist/agent/init.mjs',
    'dist/agent/shared.mjs',
    'dist/agent/topics.mjs',
    'dist/agent/authority.mjs',
    'dist/agent/recovery.mjs',
  ].map((file) =>
    access(join(ROOT, file)).then(
      () => true,
      () => false,
    ),
  );
  const [isBuilt, found, nodes, classes, volumes] = await Promise.all([
    Promise.all(built).then((all) => all.every(Boolean)),
    getIfThere<KubernetesObject>(['namespace', namespace]),
    list<Node>(['nodes']),
    getIfThere<StorageClass>(['storageclass', storageClass]),
    list<PersistentVolume>(['persistentvolumes']),
  ]);
  return {
    isBuilt,
    hasProgram: program === undefined || (await isInPath(program.name)),
    namespace: found,
    nodes,
    storageClass: classes,
    volumes,
  };
}

/** All missing requirements, each with a solution. */
export function lacking(needs: Needs, facts: Facts): string[] {
  return [
    ...(facts.isBuilt ? [] : ['the package is not built: npm run build']),
    ...programLacking(needs, facts),
    ...namespaceInTheWay(needs, facts),
    ...nodesLacking(needs, facts),
    ...volumesLacking(needs, facts),
  ];
}

/** True if the tests created a namespace, so that they may delete it. */
export function isOurs(namespace: KubernetesObject): boolean {
  return namespace.metadata.labels?.[E2E_LABEL] === 'true';
}

function programLacking({ program }: Needs, { hasProgram }: Facts): string[] {
  return program === undefined || hasProgram
    ? []
    : [`the program ${program.name} is not in PATH: install ${program.purpose}, or run other groups`];
}

async function isInPath(name: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

function namespaceInTheWay({ namespace }: Needs, facts: Facts): string[] {
  return facts.namespace === undefined || isOurs(facts.namespace)
    ? []
    : [
        `namespace ${namespace} exists, was not created by the tests, and would be deleted with all its objects: ` +
          `use another cluster, or delete it: kubectl delete namespace ${namespace}`,
      ];
}

function nodesLacking({ zones, nodesPerZone, fakeNodesPerZone }: Needs, facts: Facts): string[] {
  const kinds = [
    {
      what: 'schedulable nodes',
      hint: 'add nodes, or remove taints and cordons',
      wanted: nodesPerZone,
      nodes: usable(facts.nodes),
    },
    {
      what: 'fake nodes',
      hint: 'add kwok nodes, labeled kafka.rig/fake=true or annotated kwok.x-k8s.io/node=fake',
      wanted: fakeNodesPerZone,
      nodes: facts.nodes.filter(isFake),
    },
  ];
  return kinds.flatMap(({ what, hint, wanted, nodes }) => {
    const found = byZone(nodes);
    const enough = [...found.values()].filter((members) => members.length >= wanted);
    if (wanted === 0 || enough.length >= zones) {
      return [];
    }
    const perZone = [...found].map(([zone, members]) => `${zone} ${members.length}`).join(', ');
    const unzoned = nodes.length - [...found.values()].flat().length;
    return [
      `${wanted * zones} ${what} are needed, ${wanted} in each of ${zones} zones (label topology.kubernetes.io/zone); ` +
        `there are ${nodes.length}${perZone === '' ? '' : ` (${perZone})`}` +
        `${unzoned > 0 ? `, ${unzoned} of them without a zone` : ''}: ${hint}`,
    ];
  });
}

function volumesLacking({ namespace, storageClass, volumes }: Needs, facts: Facts): string[] {
  if (!facts.storageClass) {
    return [
      `StorageClass ${storageClass} does not exist: create it, with volumeBindingMode WaitForFirstConsumer, ` +
        'and local volumes for it or a provisioner',
    ];
  }
  if (facts.storageClass.provisioner !== 'kubernetes.io/no-provisioner') {
    return [];
  }
  const usable = facts.volumes.filter(
    (volume) =>
      volume.spec.storageClassName === storageClass &&
      bytesOf(volume.spec.capacity.storage) >= bytesOf(volumes.size) &&
      (volume.status.phase === 'Available' || isReclaimable(volume, namespace, facts.namespace)),
  );
  const released = facts.volumes.filter(
    ({ status, spec }) => status.phase === 'Released' && spec.storageClassName === storageClass,
  );
  const hint =
    released.length === 0
      ? ''
      : ` (${released.length} are Released, such as ${released[0].metadata.name}; the tests do not delete their ` +
        'data: wipe them and remove spec.claimRef, or use a provisioner)';
  return usable.length >= volumes.count
    ? []
    : [
        `${volumes.count} available volumes of StorageClass ${storageClass} with ${volumes.size} or more are needed, ` +
          `there are ${usable.length}${hint}: add some`,
      ];
}

/** Bound volumes of an earlier run are wiped and made available before the group starts. */
function isReclaimable(volume: PersistentVolume, namespace: string, found?: KubernetesObject): boolean {
  return found !== undefined && isOurs(found) && volume.spec.claimRef?.namespace === namespace;
}
