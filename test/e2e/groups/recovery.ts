import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum } from '../checks/quorum';
import { recordsAreKept, recordsAreStillThere } from '../checks/records';
import { changeJobSucceeds } from '../checks/topic-job';
import { definedTopicsAreThere } from '../checks/topics';
import { ids } from '../lists';
import { replacedNode, twoNodesReplaced } from '../recovery/replaced-node';
import { startObserver } from '../restarts/observer';
import { stepOf } from '../restarts/scenario';
import { Expectations } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

const expectations: Expectations = {
  program: 'test/e2e/charts/recovery.ts',
  namespace: 'kafka-recovery',
  clusterName: 'heals',
  zones: 3,
  maps: [
    {
      name: 'main',
      statefulSet: 'heals-main',
      brokerIds: ids(11, 13),
      nodeLabel: { key: NODE_GROUP, value: 'recovery-brokers' },
    },
  ],
  metadataPods: ids(1, 3).map((id) => `heals-controllers-${id}`),
  internalTopics: [],
  internalPartitions: 12,
  client: 'shop',
  testNodes: { [NODE_GROUP]: 'recovery-others' },
  topics: { plain: 'main.kept', transactional: 'main.transactions' },
};

/** Nodes, disks and zones that come and go. */
export const recovery: Group = {
  summary: 'lost nodes and disks of a KRaft cluster under load',
  expectations,
  needs: {
    namespace: expectations.namespace,
    zones: expectations.zones,
    nodesPerZone: 2,
    fakeNodesPerZone: 0,
    storageClass: 'local-nvme',
    volumes: { count: 6, size: '900Mi' },
  },
  prepareNodes: labelNodes(expectations.namespace, expectations.zones, {
    'recovery-brokers': 1,
    'recovery-others': 1,
  }),
  hasBrokers: true,
  checks: () => [
    { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
    { name: 'the quorum has a leader', run: controllersFormQuorum, isPrerequisite: true },
    { name: 'the job of the first change succeeds', run: changeJobSucceeds, isPrerequisite: true },
    { name: 'topics exist, each on its map', run: definedTopicsAreThere, isPrerequisite: true },
    { name: 'records are written for the last check', run: recordsAreKept, isPrerequisite: true },
    {
      name: 'the observer runs',
      run: ({ expectations: cluster }) => startObserver(cluster),
      isPrerequisite: true,
    },
    ...[replacedNode, twoNodesReplaced].map((scenario) => stepOf('recovery', scenario)),
    { name: 'records from the start still exist', run: recordsAreStillThere, isPrerequisite: true },
  ],
};
