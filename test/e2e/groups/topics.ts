import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum, zookeepersFormQuorum } from '../checks/quorum';
import { changeJobSucceeds, topicJobIsIdempotent } from '../checks/topic-job';
import { ids } from '../lists';
import { Needs } from '../setup/preflight';
import { Step } from '../steps';
import { untilAsDeclared } from '../topics/as-declared';
import { driftIsCorrected, listChanges, planIsApplied } from '../topics/changes';
import { listsOfOtherApps, removedTopics } from '../topics/deletions';
import { brokerIsDown, controllerMoves, killedRuns, twoRuns } from '../topics/disturbances';
import { loadThroughout } from '../topics/load-throughout';
import { thousandLargeTopics, thousandTopics } from '../topics/scale';
import { strayReplicas } from '../topics/stray-replicas';
import { Expectations, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

const NODES = { key: NODE_GROUP, value: 'topics' };

function expectationsOf(mode: 'kraft' | 'zookeeper'): Expectations {
  return {
    program: `test/e2e/charts/topics.ts ${mode}`,
    namespace: 'kafka-topics',
    clusterName: 'events',
    zones: 3,
    maps: [
      { name: 'main', statefulSet: 'events-main', brokerIds: ids(11, 13), nodeLabel: NODES },
      { name: 'extra', statefulSet: 'events-extra', brokerIds: ids(21, 23), nodeLabel: NODES },
    ],
    metadataPods: ids(1, 3).map((id) => (mode === 'kraft' ? `events-controllers-${id}` : `topics-zk-${id}`)),
    internalTopics: [],
    internalPartitions: 12,
    client: 'shop',
    topics: { plain: 'main.load', transactional: 'main.transactions' },
  };
}

function stepsOf(quorum: Step<World>['run'], isKraft: boolean): Step<World>[] {
  const clients = loadThroughout();
  return [
    { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
    { name: 'the quorum has a leader', run: quorum, isPrerequisite: true },
    { name: 'the job of the first change succeeds', run: changeJobSucceeds, isPrerequisite: true },
    {
      name: 'topics exist after the first apply',
      run: async (world) => `${await untilAsDeclared(world, 'base')} topics`,
      isPrerequisite: true,
    },
    { name: 'a second run changes nothing', run: topicJobIsIdempotent },
    clients.start,
    { ...listChanges, isPrerequisite: true },
    driftIsCorrected,
    strayReplicas,
    planIsApplied,
    killedRuns(),
    twoRuns,
    controllerMoves,
    removedTopics,
    brokerIsDown,
    listsOfOtherApps,
    // With ZooKeeper the controller tells brokers of each partition, which takes minutes on a small machine.
    ...(isKraft ? [thousandTopics] : []),
    clients.end,
    ...(isKraft ? [thousandLargeTopics] : []),
  ];
}

function group(mode: 'kraft' | 'zookeeper', summary: string, quorum: Step<World>['run']): Group {
  const expectations = expectationsOf(mode);
  const needs: Needs = {
    namespace: expectations.namespace,
    zones: expectations.zones,
    nodesPerZone: 2,
    fakeNodesPerZone: 0,
    storageClass: 'local-nvme',
    volumes: { count: 9, size: '900Mi' },
  };
  return {
    summary,
    expectations,
    needs,
    prepareNodes: labelNodes(expectations.namespace, expectations.zones, { [NODES.value]: 2 }),
    hasBrokers: true,
    checks: () => stepsOf(quorum, mode === 'kraft'),
  };
}

/** Topics of a KRaft cluster. */
export const topics = group(
  'kraft',
  'topics as declared: changes, drift, deletions, failures',
  controllersFormQuorum,
);

/** Topics of a cluster on ZooKeeper. */
export const topicsZookeeper = group(
  'zookeeper',
  'topics as declared, in ZooKeeper mode',
  zookeepersFormQuorum,
);
