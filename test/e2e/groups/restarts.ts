import { brokersAreReady, brokersAreSpread } from '../checks/placement';
import { controllersFormQuorum, zookeepersFormQuorum } from '../checks/quorum';
import { recordsAreKept, recordsAreStillThere } from '../checks/records';
import { topicJobSucceeds } from '../checks/topic-job';
import { definedTopicsAreThere } from '../checks/topics';
import { ids } from '../lists';
import { startObserver } from '../restarts/observer';
import { apiServerDownDuringRollout } from '../restarts/api-server';
import { atRiskIsDelayed, atRiskIsReported, forceStop } from '../restarts/at-risk';
import { breakGlass } from '../restarts/break-glass';
import { coldStart } from '../restarts/cold-start';
import { twoDeletes, twoDeletesAcrossMaps, twoDeletesOfQuorum } from '../restarts/deletes';
import { drainTwoNodes } from '../restarts/drains';
import { Killers } from '../restarts/killing';
import { agentsKilledDuringRollout, killDuringRollout } from '../restarts/kills';
import { badImage, badSetting } from '../restarts/bad-revisions';
import { coldStartOfNodes, powerLossDuringRollout } from '../restarts/power';
import { logRecovery } from '../restarts/recovery';
import { unmountedDisk } from '../restarts/unmounted-disk';
import { rolloutWithoutLeases } from '../restarts/lost-leases';
import { rolloutOfAll, rolloutOfBothMaps, rolloutOfOneMap, rollback } from '../restarts/rolling-restarts';
import { Scenario, stepOf } from '../restarts/scenario';
import { Step } from '../steps';
import { Expectations, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

type Mode = 'kraft' | 'zookeeper';

function group(name: string, mode: Mode, summary: string, scenarios: readonly Scenario[]): Group {
  const nodes = (map: string) => `restarts-${mode}-${map}`;
  const map = (mapName: string, first: number) => ({
    name: mapName,
    statefulSet: `rolls-${mapName}`,
    brokerIds: ids(first, first + 2),
    nodeLabel: { key: NODE_GROUP, value: nodes(mapName) },
  });
  const metadata = mode === 'kraft' ? 'rolls-controllers' : 'zookeeper';
  const expectations: Expectations = {
    program: `test/e2e/charts/restarts.ts ${mode}`,
    namespace: `kafka-restarts-${mode}`,
    clusterName: 'rolls',
    zones: 3,
    maps: [map('left', 11), map('right', 21)],
    metadataPods: ids(1, 3).map((id) => `${metadata}-${id}`),
    internalTopics: [],
    internalPartitions: 12,
    client: 'shop',
    // Nodes of the other map are drained and lost.
    testNodes: { [NODE_GROUP]: nodes('right') },
    topics: { plain: 'left.kept', transactional: 'left.transactions' },
  };
  const setUp: Step<World>[] = [
    { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
    {
      name: 'the quorum has a leader',
      run: mode === 'kraft' ? controllersFormQuorum : zookeepersFormQuorum,
      isPrerequisite: true,
    },
    { name: 'one broker per node, nodes of its map', run: brokersAreSpread, isPrerequisite: true },
    { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
    { name: 'topics exist, each on its map', run: definedTopicsAreThere, isPrerequisite: true },
    { name: 'records are written for the last check', run: recordsAreKept, isPrerequisite: true },
    {
      name: 'the observer runs',
      run: ({ expectations: cluster }) => startObserver(cluster),
      isPrerequisite: true,
    },
  ];
  return {
    summary,
    expectations,
    needs: {
      namespace: expectations.namespace,
      zones: expectations.zones,
      nodesPerZone: 2,
      fakeNodesPerZone: 0,
      storageClass: 'local-nvme',
      volumes: { count: 9, size: '900Mi' },
    },
    prepareNodes: labelNodes(expectations.namespace, expectations.zones, {
      [nodes('left')]: 1,
      [nodes('right')]: 1,
    }),
    hasBrokers: true,
    substitute: new Killers(expectations),
    checks: (isShort) => [
      ...setUp,
      ...(isShort ? [rolloutOfOneMap] : scenarios).map((scenario) => stepOf(name, scenario)),
      {
        name: 'records from the start still exist',
        run: recordsAreStillThere,
        // Every selection of steps includes this check.
        isPrerequisite: true,
      },
    ],
  };
}

/** Planned and unplanned restarts. */
export const restarts: Group = group(
  'restarts',
  'kraft',
  'planned and unplanned restarts of a KRaft cluster under load: two maps, six brokers',
  [
    rolloutOfAll,
    rolloutOfBothMaps,
    rolloutWithoutLeases,
    twoDeletes,
    twoDeletesAcrossMaps,
    twoDeletesOfQuorum,
    drainTwoNodes,
    rollback,
    badImage,
    badSetting,
    atRiskIsReported,
    atRiskIsDelayed,
    forceStop,
    agentsKilledDuringRollout,
    apiServerDownDuringRollout,
    killDuringRollout,
    logRecovery,
    unmountedDisk,
    breakGlass,
    coldStart,
    powerLossDuringRollout,
    coldStartOfNodes,
  ],
);

/** Checks that also run in ZooKeeper mode. */
export const restartsZookeeper: Group = group(
  'restarts-zookeeper',
  'zookeeper',
  'restarts of a cluster on ZooKeeper under load: two maps, six brokers',
  [rolloutOfAll, twoDeletesOfQuorum, killDuringRollout, coldStart, coldStartOfNodes],
);
