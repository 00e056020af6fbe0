import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum } from '../checks/quorum';
import { topicJobSucceeds } from '../checks/topic-job';
import { agentsAreHung, controllersAreCutOff, nodeIsLost } from '../bootstrap/incidents';
import { operatedBy } from '../gitops/application';
import { leavingBroker } from '../gitops/leaving-broker';
import { ids } from '../lists';
import { Killers } from '../restarts/killing';
import { Needs } from '../setup/preflight';
import { Step } from '../steps';
import { Expectations, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

const NODES = { key: NODE_GROUP, value: 'gitops' };
const expectations: Expectations = {
  program: 'test/e2e/charts/gitops.ts',
  namespace: 'kafka-gitops',
  clusterName: 'events',
  zones: 3,
  maps: [
    { name: 'main', statefulSet: 'events-main', brokerIds: ids(11, 14), nodeLabel: NODES },
    { name: 'extra', statefulSet: 'events-extra', brokerIds: ids(21, 22), nodeLabel: NODES },
  ],
  metadataPods: ids(1, 3).map((id) => `events-controllers-${id}`),
  internalTopics: [],
  internalPartitions: 12,
  client: 'shop',
  topics: { plain: 'main.load', transactional: 'main.transactions' },
};
const SET_UP: readonly Step<World>[] = [
  { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
  { name: 'the quorum has a leader', run: controllersFormQuorum, isPrerequisite: true },
  { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
];

const NEEDS: Needs = {
  namespace: expectations.namespace,
  zones: expectations.zones,
  nodesPerZone: 2,
  fakeNodesPerZone: 0,
  storageClass: 'local-nvme',
  volumes: { count: 9, size: '900Mi' },
};

function group(summary: string, steps: readonly Step<World>[], more: Partial<Group>): Group {
  return {
    summary,
    expectations,
    needs: NEEDS,
    prepareNodes: labelNodes(expectations.namespace, expectations.zones, { [NODES.value]: 2 }),
    hasBrokers: true,
    checks: () => [...SET_UP, ...steps],
    ...more,
  };
}

/** A cluster that an Argo CD Application applies, again and again. */
export const gitops: Group = group(
  'an Argo CD Application of the same name as the cluster applies it, with prune',
  [
    operatedBy({ tracking: 'label', isServerSide: false }),
    operatedBy({ tracking: 'annotation', isServerSide: true }),
    operatedBy({ tracking: 'label', isServerSide: true }),
    operatedBy({ tracking: 'annotation', isServerSide: false }),
  ],
  {
    needs: {
      ...NEEDS,
      program: { name: 'gitops', purpose: "a program that syncs a folder with Argo CD's engine" },
    },
  },
);

/** New clients in incidents, and a map that loses a broker. */
export const bootstrap: Group = group(
  'new clients connect while controllers, agents or a node are down; a broker leaves its map',
  [controllersAreCutOff, agentsAreHung, nodeIsLost, leavingBroker],
  { substitute: new Killers(expectations) },
);
