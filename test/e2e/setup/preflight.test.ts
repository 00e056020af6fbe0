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
  hasProgram: true,
  nodes: [],
  storageClass: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-nvme' },
    provisioner: 'any',
  },
  volumes: [],
};

test('a program that is not in PATH is reported with its purpose', () => {
  const needs = { ...NEEDS, program: { name: 'gitops', purpose: 'an Argo CD Application without Argo CD' } };

  expect(lacking(needs, FACTS)).toEqual([]);
  expect(lacking(needs, { ...FACTS, hasProgram: false })).toEqual([
    'the program gitops is not in PATH: install an Argo CD Application without Argo CD, or run other groups',
  ]);
});
