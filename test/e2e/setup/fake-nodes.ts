/*
 * Gives kwok nodes the labels, taints and disks of instance types.
 */
import { kubectl, list } from '../kubernetes/kubectl';
import { Node } from '../kubernetes/objects';
import { chunks } from '../lists';
import { changeNodes } from './node-changes';
import { byZone, isFake, share } from './nodes';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** Machines as Kubernetes nodes. */
export interface Machines {
  readonly perZone: number;
  readonly label: { readonly key: string; readonly value: string };
  readonly disks: number;
  /** Capacity of each disk that a provisioner of local volumes would report. */
  readonly diskSize: string;
}

const VOLUMES_PER_CALL = 60;
const TAINTS = [{ key: 'dedicated', value: 'kafka', effect: 'NoSchedule' }];

/** Sets up fake nodes of all zones as machines of these types. */
export async function setUpFakeNodes(
  namespace: string,
  zones: number,
  storageClass: string,
  kinds: Readonly<Record<string, Machines>>,
): Promise<void> {
  const nodes = (await list<Node>(['nodes'])).filter(isFake);
  const perZone = new Map(Object.entries(kinds).map(([name, kind]) => [name, kind.perZone]));
  const shared = [...share(byZone(nodes), zones, perZone)];
  await changeNodes(
    namespace,
    new Map(
      shared.map(([node, name]) => {
        const { key, value } = kinds[name].label;
        return [node, { labels: { [key]: value }, taints: TAINTS }];
      }),
    ),
  );
  const names = shared.map(([node]) => node.metadata.name);
  const storage = { 'ephemeral-storage': '100Gi' };
  const status = JSON.stringify({ status: { capacity: storage, allocatable: storage } });
  await Promise.all(
    chunks(names, VOLUMES_PER_CALL).map((some) =>
      kubectl(['patch', 'node', ...some, '--subresource=status', '--type=merge', `--patch=${status}`], {
        seconds: 300,
      }),
    ),
  );
  const volumes = shared.flatMap(([node, name]) =>
    Array.from({ length: kinds[name].disks }, (_, disk) =>
      volume(namespace, storageClass, node, disk, kinds[name].diskSize),
    ),
  );
  await Promise.all(
    chunks(volumes, VOLUMES_PER_CALL).map((items) =>
      kubectl(['create', '--filename=-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
        seconds: 300,
      }),
    ),
  );
}

function volume(
  namespace: string,
  storageClassName: string,
  { metadata }: Node,
  disk: number,
  size: string,
): object {
  const hostname = metadata.labels?.['kubernetes.io/hostname'] ?? metadata.name;
  const isHere = { key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `e2e-${metadata.name}-${disk}`, labels: { [E2E_LABEL]: namespace } },
    spec: {
      storageClassName,
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      local: { path: `/mnt/disks/${disk}` },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [isHere] }] } },
    },
  };
}
