import { Size } from 'cdk8s';
import { PersistentVolumeReclaimPolicy } from 'cdk8s-plus-27';
import { LocalVolumeSource, LocalVolumes, LocalVolumesProps, NodeGroup } from '../../lib';
import { CASES, newListedVolumes, newLocalVolumes } from '../support/cases';
import { find, messageOf, newChart, objectsOf, ofKind, snapshotOf } from '../support/testing';

test.each(['LocalVolumes, defaults', 'LocalVolumes, all props', 'LocalVolumes of listed disks'] as const)(
  '%s',
  (name) => {
    expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
  },
);

test('claims wait for their pod, and keep their data', () => {
  expect(newLocalVolumes(newChart()).storageClass.toJson()).toMatchObject({
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
    reclaimPolicy: 'Retain',
  });
});

test('listed disks are volumes of their node', () => {
  const volumes = ofKind(objectsOf(newListedVolumes(newChart())), 'PersistentVolume');
  expect(volumes.map(({ spec }) => spec.local.path)).toEqual([
    '/mnt/disks/0',
    '/mnt/disks/1',
    '/mnt/disks/0',
  ]);
  expect(volumes.map(({ metadata }) => metadata.labels['topology.kubernetes.io/zone'])).toEqual([
    'zone-a',
    'zone-a',
    undefined,
  ]);
  expect(volumes[2].spec.nodeAffinity.required.nodeSelectorTerms).toEqual([
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-2'] }] },
  ]);
});

test('the name of a volume does not depend on the other volumes', () => {
  const namesOf = (hostnames: string[]) => {
    const nodes = hostnames.map((hostname) => ({ hostname, paths: ['/mnt/disks/0'] }));
    const source = LocalVolumeSource.listed({ nodes, size: Size.gibibytes(1) });
    return new LocalVolumes(newChart(), 'Disks', { storageClassName: 'nvme', source }).persistentVolumes.map(
      ({ name }) => name,
    );
  };
  expect(namesOf(['node-1', 'node-2']).slice(1)).toEqual(namesOf(['node-2']));
});

test('listed disks need no namespace and no provisioner', () => {
  const kinds = objectsOf(newListedVolumes(newChart(''))).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['StorageClass', 'PersistentVolume']));
});

test('two StorageClasses have their own provisioners', () => {
  const chart = newChart();
  const source = LocalVolumeSource.discovered({ nodeGroup: NodeGroup.any() });
  ['nvme', 'hdd'].forEach((name) => new LocalVolumes(chart, name, { storageClassName: name, source }));
  const objects = objectsOf(chart);
  const selector = (name: string) =>
    find(objects, 'DaemonSet', `${name}-provisioner`).spec.selector.matchLabels;
  expect(selector('nvme')).not.toEqual(selector('hdd'));
  expect(find(objects, 'ConfigMap', 'hdd-provisioner').data.storageClassMap).toContain('"hdd":');
});

const listed = (change: Partial<Parameters<typeof LocalVolumeSource.listed>[0]>) => () =>
  LocalVolumeSource.listed({ nodes: [{ hostname: 'a', paths: ['/d'] }], size: Size.gibibytes(1), ...change });
const nodeGroup = NodeGroup.any();
const volumes =
  (props: Partial<LocalVolumesProps>, namespace = 'disks') =>
  () =>
    new LocalVolumes(newChart(namespace), 'Disks', {
      storageClassName: 'nvme',
      source: LocalVolumeSource.discovered({ nodeGroup }),
      ...props,
    });

test.each<[create: () => unknown, message: string]>([
  [
    () => LocalVolumeSource.discovered({ nodeGroup, folder: 'mnt' }),
    "folder of LocalVolumeSource.discovered() is 'mnt'; use an absolute path of letters, digits, '.', '_' and '-', such as '/mnt/disks'",
  ],
  [
    () => LocalVolumeSource.discovered({ nodeGroup, folder: '/mnt/../etc' }),
    "folder of LocalVolumeSource.discovered() is '/mnt/../etc'; use an absolute path of letters, digits, '.', '_' and '-', such as " +
      "'/mnt/disks'",
  ],
  [
    () => LocalVolumeSource.discovered({ nodeGroup, image: 'Provisioner' }),
    'image of LocalVolumeSource.discovered() is "Provisioner", which is not an image name (only tags can have capital letters); ' +
      "expected for example 'registry.k8s.io/sig-storage/local-volume-provisioner:v2.8.0'",
  ],
  [listed({ nodes: [] }), 'nodes of LocalVolumeSource.listed() have no paths; list at least one disk'],
  [
    listed({ nodes: [{ hostname: 'a', paths: ['/d', '/d'] }] }),
    "LocalVolumeSource.listed() lists /d of node 'a' twice; list each disk once",
  ],
  [
    listed({ nodes: [{ hostname: 'a', paths: ['d'] }] }),
    "path in LocalVolumeSource.listed() is 'd'; use an absolute path of letters, digits, '.', '_' and '-', such as '/mnt/disks'",
  ],
  [
    listed({ size: Size.kibibytes(1) }),
    'size of LocalVolumeSource.listed() is less than 1 MiB; set it to the size of the disks',
  ],
  [
    volumes({ storageClassName: 'NVMe' }),
    "storageClassName 'NVMe' is not a valid Kubernetes object name (up to 253 lower-case letters, digits, '-' and '.')",
  ],
  [
    volumes({ storageClassName: 'n'.repeat(52) }),
    `provisioner name '${'n'.repeat(52)}-provisioner' has 64 characters, at most 63 are allowed; shorten storageClassName by 1`,
  ],
  [
    volumes({
      source: LocalVolumeSource.listed({
        nodes: [{ hostname: 'a', paths: ['/d'] }],
        size: Size.gibibytes(1),
      }),
      reclaimPolicy: PersistentVolumeReclaimPolicy.DELETE,
    }),
    "reclaimPolicy of LocalVolumes 'nvme' is Delete, and nothing deletes the files of listed disks; use RETAIN, or " +
      'LocalVolumeSource.discovered()',
  ],
])('fails: %#', (create, message) => {
  expect(messageOf(create)).toBe(message);
});
