import { brokersAreSpread } from '../checks/placement';
import { claimsAreBound, controllersAreSpread, everyPodIsPlaced } from '../checks/scale';
import { Machines, setUpFakeNodes } from '../setup/fake-nodes';
import { ids } from '../lists';
import { Expectations } from '../world';
import { NODE_GROUP } from './common';
import { Group } from './group';

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const STORAGE_CLASS = 'local-nvme';

/** Machines of the example. A file system has about 97 % of the capacity of its disk. */
const MACHINES = {
  streams: { perZone: 50, label: { key: INSTANCE_TYPE, value: 'i3en.xlarge' }, disks: 1, diskSize: '2425G' },
  checks: { perZone: 30, label: { key: INSTANCE_TYPE, value: 'im4gn.2xlarge' }, disks: 1, diskSize: '3637G' },
  archive: { perZone: 20, label: { key: INSTANCE_TYPE, value: 'd3.xlarge' }, disks: 3, diskSize: '1920G' },
  controllers: { perZone: 1, label: { key: NODE_GROUP, value: 'controllers' }, disks: 1, diskSize: '110G' },
} satisfies Record<string, Machines>;

const expectations: Expectations = {
  program: 'examples/production/main.ts',
  namespace: 'kafka',
  clusterName: 'platform',
  zones: 3,
  maps: [
    {
      name: 'streams',
      statefulSet: 'platform-streams',
      brokerIds: ids(1001, 1150),
      nodeLabel: MACHINES.streams.label,
    },
    {
      name: 'checks',
      statefulSet: 'platform-checks',
      brokerIds: ids(2001, 2090),
      nodeLabel: MACHINES.checks.label,
    },
    {
      name: 'archive',
      statefulSet: 'platform-archive',
      brokerIds: ids(3001, 3060),
      nodeLabel: MACHINES.archive.label,
    },
  ],
  metadataPods: ids(1, 3).map((id) => `platform-controllers-${id}`),
  internalTopics: [],
  internalPartitions: 50,
  client: 'shop',
  topics: { plain: 'streams.logs.raw', transactional: 'streams.logs.parsed' },
};

const machines = Object.values(MACHINES);
const DISKS = machines.reduce((sum, { perZone, disks }) => sum + perZone * disks, 0) * expectations.zones;

/** 300 brokers on kwok nodes. The scheduler is real. Kafka does not run. */
export const production: Group = {
  summary: '300 brokers in three maps on fake nodes: placement only',
  expectations,
  needs: {
    namespace: expectations.namespace,
    zones: expectations.zones,
    nodesPerZone: 0,
    fakeNodesPerZone: machines.reduce((sum, { perZone }) => sum + perZone, 0),
    storageClass: STORAGE_CLASS,
    volumes: { count: 0, size: '0' },
  },
  prepareNodes: () => setUpFakeNodes(expectations.namespace, expectations.zones, STORAGE_CLASS, MACHINES),
  hasBrokers: false,
  checks: () => [
    { name: 'every pod is scheduled', run: everyPodIsPlaced, isPrerequisite: true },
    { name: 'one broker per node, equal zones, instance types of its map', run: brokersAreSpread },
    { name: 'one controller per zone, on its own node', run: controllersAreSpread },
    { name: 'every volume claim is bound', run: claimsAreBound(DISKS) },
  ],
};
