import { changeJobSucceeds, topicJobIsIdempotent, topicJobSucceeds } from '../checks/topic-job';
import { deletedBrokerKeepsIdentity } from '../checks/broker-pod';
import { brokersAreReady, brokersAreSpread } from '../checks/placement';
import { racksAreZones } from '../checks/racks';
import { recordsAreKept, transactionsCommit } from '../checks/records';
import { nothingIsPrivileged } from '../checks/security';
import { nothingRestarts } from '../checks/stability';
import { definedTopicsAreThere, internalTopicsAreThere } from '../checks/topics';
import { Node } from '../kubernetes/objects';
import { list } from '../kubernetes/kubectl';
import { changeNodes } from '../setup/node-changes';
import { byZone, share, usable } from '../setup/nodes';
import { Step } from '../steps';
import { World } from '../world';

/** Label that selects the nodes of small examples. */
export const NODE_GROUP = 'cdk8s-kafka.io/node-group';

/** Checks of every running cluster. */
export function commonChecks(quorum: Step<World>['run'], isShort: boolean): Step<World>[] {
  const quiet = isShort ? { text: 'one minute', seconds: 60 } : { text: 'five minutes', seconds: 300 };
  return [
    { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
    { name: 'the quorum has a leader', run: quorum, isPrerequisite: true },
    { name: 'one broker per node, equal zones, nodes of its map', run: brokersAreSpread },
    { name: 'broker.rack is the zone of the node', run: racksAreZones },
    {
      name: 'internal topics exist before the first client',
      run: internalTopicsAreThere,
      isPrerequisite: true,
    },
    { name: 'the job of the first change succeeds', run: changeJobSucceeds, isPrerequisite: true },
    { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
    { name: 'defined topics exist: on their map, in all zones, in sync', run: definedTopicsAreThere },
    { name: 'a second run of the topic job changes nothing', run: topicJobIsIdempotent },
    { name: 'every acknowledged record is read', run: recordsAreKept },
    { name: 'transactions commit', run: transactionsCommit },
    { name: 'no container is privileged', run: nothingIsPrivileged },
    { name: `nothing restarts in ${quiet.text}`, run: nothingRestarts(quiet.seconds) },
    { name: 'a deleted broker returns with its identity', run: deletedBrokerKeepsIdentity },
  ];
}

/** Labels nodes for node groups, with a number of nodes in each zone. */
export function labelNodes(
  owner: string,
  zones: number,
  perZone: Readonly<Record<string, number>>,
): () => Promise<void> {
  return async () => {
    const nodes = usable(await list<Node>(['nodes']));
    const shared = share(byZone(nodes), zones, new Map(Object.entries(perZone)));
    await changeNodes(
      owner,
      new Map([...shared].map(([node, group]) => [node, { labels: { [NODE_GROUP]: group } }])),
    );
  };
}
