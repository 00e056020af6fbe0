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
  nodes: [],
  storageClass: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-nvme' },
    provisioner: 'any',
  },
  volumes: [],
};

test('node switches are required only by steps that use them', () => {
  expect(lacking({ ...NEEDS, switching: [] }, FACTS)).toEqual([]);
});

test('steps that switch nodes are reported when there is no switch', () => {
  expect(lacking({ ...NEEDS, switching: ['cold start'] }, FACTS)).toEqual([
    "there is no switch for nodes, which is needed by 'cold start': set E2E_NODE_OFF and E2E_NODE_ON to commands that do it " +
      'to the node whose name is added to them, or name the steps to run',
  ]);
  expect(lacking({ ...NEEDS, switching: ['cold start'] }, { ...FACTS, canSwitchNodes: true })).toEqual([]);
});
