import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum, zookeepersFormQuorum } from '../checks/quorum';
import { recordsAreKept, recordsAreStillThere } from '../checks/records';
import { changeJobSucceeds } from '../checks/topic-job';
import { definedTopicsAreThere } from '../checks/topics';
import { ids } from '../lists';
import { fullDisks, readOnlyDisk } from '../recovery/broken-disks';
import { killedRecovery, recoveryUnderGitops, recoveryWithoutApiServer } from '../recovery/disturbed';
import {
  deletedClaims,
  deletedPod,
  lastCopy,
  lostQuorumDisk,
  otherClustersDisk,
  swappedDisks,
} from '../recovery/lost-disks';
import { outOfService, powerLoss } from '../recovery/power';
import { rebuiltCluster } from '../recovery/rebuilt-cluster';
import { refill } from '../recovery/refill';
import {
  lostZone,
  replacedByPerson,
  replacedNode,
  twoNodesLost,
  twoZonesLost,
} from '../recovery/replaced-nodes';
import { Killers } from '../restarts/killing';
import { startObserver } from '../restarts/observer';
import { Scenario, stepOf } from '../restarts/scenario';
import { unmountedDisk } from '../restarts/unmounted-disk';
import { Step } from '../steps';
import { Expectations, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

const OTHERS = { key: NODE_GROUP, value: 'recovery-others' };
const TESTS = { [NODE_GROUP]: 'recovery-tests' };
const kraft: Expectations = {
  program: 'test/e2e/charts/recovery.ts kraft',
  namespace: 'kafka-recovery',
  clusterName: 'heals',
  zones: 3,
  maps: [
    {
      name: 'main',
      statefulSet: 'heals-main',
      brokerIds: ids(11, 14),
      disks: 2,
      nodeLabel: { key: NODE_GROUP, value: 'recovery-brokers' },
    },
  ],
  metadataPods: ids(1, 3).map((id) => `heals-controllers-${id}`),
  internalTopics: [],
  internalPartitions: 12,
  client: 'shop',
  testNodes: TESTS,
  topics: { plain: 'main.kept', transactional: 'main.transactions' },
};
const zookeeper: Expectations = {
  ...kraft,
  program: 'test/e2e/charts/recovery.ts zookeeper',
  namespace: 'kafka-recovery-zookeeper',
  metadataPods: ids(1, 3).map((id) => `heals-zookeeper-${id}`),
};

const prepareNodes = (namespace: string) =>
  labelNodes(namespace, kraft.zones, { 'recovery-brokers': 2, 'recovery-others': 1, 'recovery-tests': 1 });

function group(
  name: string,
  summary: string,
  expectations: Expectations,
  quorum: Step<World>['run'],
  first: readonly Step<World>[],
  scenarios: readonly Scenario[],
): Group {
  return {
    summary,
    expectations,
    needs: {
      namespace: expectations.namespace,
      zones: expectations.zones,
      nodesPerZone: 4,
      fakeNodesPerZone: 0,
      storageClass: 'local-nvme',
      // Two for each broker, as many for their replacement, and two for each server of the quorum.
      volumes: { count: 22, size: '900Mi' },
      ...(scenarios.includes(recoveryUnderGitops)
        ? { program: { name: 'gitops', purpose: "a program that syncs a folder with Argo CD's engine" } }
        : {}),
    },
    prepareNodes: prepareNodes(expectations.namespace),
    hasBrokers: true,
    substitute: new Killers(expectations, [OTHERS]),
    checks: () => [
      { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
      { name: 'the quorum has a leader', run: quorum, isPrerequisite: true },
      { name: 'the job of the first change succeeds', run: changeJobSucceeds, isPrerequisite: true },
      { name: 'topics exist, each on its map', run: definedTopicsAreThere, isPrerequisite: true },
      { name: 'records are written for the last check', run: recordsAreKept, isPrerequisite: true },
      ...first,
      {
        name: 'the observer runs',
        run: ({ expectations: cluster }) => startObserver(cluster),
        isPrerequisite: true,
      },
      ...scenarios.map((scenario) => stepOf(name, scenario)),
      { name: 'records from the start still exist', run: recordsAreStillThere, isPrerequisite: true },
    ],
  };
}

/** Pods, disks, nodes, zones and a whole Kubernetes cluster that are lost, in KRaft mode. */
export const recovery: Group = group(
  'recovery',
  'lost pods, disks, nodes and zones of a KRaft cluster under load',
  kraft,
  controllersFormQuorum,
  [rebuiltCluster(prepareNodes(kraft.namespace))],
  [
    deletedPod,
    deletedClaims,
    lostQuorumDisk,
    refill,
    readOnlyDisk,
    fullDisks,
    unmountedDisk,
    otherClustersDisk,
    swappedDisks,
    lastCopy,
    powerLoss,
    outOfService,
    replacedNode,
    replacedByPerson,
    killedRecovery,
    recoveryWithoutApiServer,
    recoveryUnderGitops,
    twoNodesLost,
    lostZone,
    twoZonesLost,
  ],
);

/** The losses that another metadata mode can make different. */
export const recoveryZookeeper: Group = group(
  'recovery-zookeeper',
  'lost pods, disks, nodes and zones of a ZooKeeper cluster under load',
  zookeeper,
  zookeepersFormQuorum,
  [],
  [deletedClaims, lostQuorumDisk, lastCopy, replacedNode, lostZone, twoZonesLost],
);
