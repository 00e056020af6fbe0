import { lacking } from './preflight';

const NEEDS = {
  namespace: 'kafka-restarts-kraft',
  zones: 0,
  nodesPerZone: 0,
  fakeNodesPerZone: 0,
  storageClass: 'local-nvme',
  volumes: { count: 0, size: '0' },
};
const FACTS = {
  isBuilt: true,
  canSwitchNodes: false,
  hasProgram: true,
  canUnmountDisks: false,
  nodes: [],
  storageClass: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-nvme' },
    provisioner: 'any',
  },
  volumes: [],
};

test('node power commands are required only by steps that use them', () => {
  expect(lacking({ ...NEEDS, switching: [] }, FACTS)).toEqual([]);
});

test('steps that power nodes off are reported if there are no commands', () => {
  expect(lacking({ ...NEEDS, switching: ['cold start'] }, FACTS)).toEqual([
    "nodes cannot be powered off, which is required by 'cold start': set E2E_NODE_OFF and E2E_NODE_ON to commands that power " +
      'off and on the node in their last argument, or select other steps',
  ]);
  expect(lacking({ ...NEEDS, switching: ['cold start'] }, { ...FACTS, canSwitchNodes: true })).toEqual([]);
});

test('a program that is not in PATH is reported with its purpose', () => {
  const needs = { ...NEEDS, program: { name: 'gitops', purpose: 'an Argo CD Application without Argo CD' } };

  expect(lacking(needs, FACTS)).toEqual([]);
  expect(lacking(needs, { ...FACTS, hasProgram: false })).toEqual([
    'the program gitops is not in PATH: install an Argo CD Application without Argo CD, or run other groups',
  ]);
});

test('steps that unmount volumes are reported if there are no commands', () => {
  const needs = { ...NEEDS, unmounting: ['disk that is not mounted'] };
  expect(lacking(needs, FACTS)).toEqual([
    "volumes cannot be unmounted, which is required by 'disk that is not mounted': set E2E_DISK_UNMOUNT and E2E_DISK_MOUNT to " +
      'commands that unmount and mount the volume with the node and the path in their last arguments, or select other steps',
  ]);
  expect(lacking(needs, { ...FACTS, canUnmountDisks: true })).toEqual([]);
});
