import { zookeepersFormQuorum } from '../checks/quorum';
import { ids } from '../lists';
import { Expectations } from '../world';
import { NODE_GROUP, commonChecks, labelNodes } from './common';
import { Group } from './group';

const expectations: Expectations = {
  program: 'examples/zookeeper/main.ts',
  namespace: 'kafka-classic',
  clusterName: 'classic',
  zones: 3,
  maps: [
    {
      name: 'map1',
      statefulSet: 'classic-map1',
      brokerIds: ids(1001, 1006),
      nodeLabel: { key: NODE_GROUP, value: 'map1' },
    },
    {
      name: 'map2',
      statefulSet: 'classic-map2',
      brokerIds: ids(1007, 1009),
      nodeLabel: { key: NODE_GROUP, value: 'map2' },
    },
  ],
  metadataPods: ids(1, 3).map((id) => `zookeeper-${id}`),
  internalTopics: ['__consumer_offsets', '__transaction_state'],
  internalPartitions: 50,
  client: 'shop',
  topics: { plain: 'events', transactional: 'events-replay' },
};

/** Nine brokers in ZooKeeper mode. */
export const zookeeper: Group = {
  summary: 'Kafka 3.9 on three ZooKeeper servers, two maps with nine brokers',
  expectations,
  needs: {
    namespace: expectations.namespace,
    zones: expectations.zones,
    nodesPerZone: 3,
    fakeNodesPerZone: 0,
    storageClass: 'local-nvme',
    volumes: { count: 12, size: '900Mi' },
  },
  prepareNodes: labelNodes(expectations.namespace, expectations.zones, { map1: 2, map2: 1 }),
  hasBrokers: true,
  checks: (isShort) => commonChecks(zookeepersFormQuorum, isShort),
};
