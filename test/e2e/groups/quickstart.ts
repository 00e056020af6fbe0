import { controllersFormQuorum } from '../checks/quorum';
import { newPodWaitsForApiServer } from '../failures/api-server';
import { lastCopyIsProtected, wipedBrokerRefills } from '../failures/blank-disk';
import { foreignDiskIsRejected } from '../failures/foreign-disk';
import { missingRightIsNamed } from '../failures/missing-rights';
import { malformedTopicIsReported, unreachableBrokersAreReported } from '../failures/topic-jobs';
import { missingZoneLabelIsNamed } from '../failures/zone-label';
import { Step } from '../steps';
import { ids } from '../lists';
import { Expectations, World } from '../world';
import { NODE_GROUP, commonChecks, labelNodes } from './common';
import { Group } from './group';

const expectations: Expectations = {
  program: 'examples/quickstart/main.ts',
  namespace: 'kafka',
  clusterName: 'events',
  zones: 3,
  maps: [
    {
      name: 'streams',
      statefulSet: 'events-streams',
      brokerIds: ids(1001, 1003),
      nodeLabel: { key: NODE_GROUP, value: 'streams' },
    },
    {
      name: 'alerts',
      statefulSet: 'events-alerts',
      brokerIds: ids(1101, 1103),
      nodeLabel: { key: NODE_GROUP, value: 'alerts' },
    },
  ],
  metadataPods: ids(1, 3).map((id) => `events-controllers-${id}`),
  internalTopics: ['__consumer_offsets', '__share_group_state', '__transaction_state'],
  internalPartitions: 50,
  client: 'shop',
  topics: { plain: 'events.clicks', transactional: 'events.views' },
};

const FAILURES: readonly Step<World>[] = [
  { name: 'an invalid topic is reported, others are created', run: malformedTopicIsReported },
  { name: 'unreachable brokers are reported', run: unreachableBrokersAreReported },
  { name: 'a broker with a wiped disk replicates its data', run: wipedBrokerRefills },
  { name: 'a broker with a wiped disk waits if it had a last copy', run: lastCopyIsProtected },
  { name: 'the disk of another broker is rejected', run: foreignDiskIsRejected },
  { name: 'a missing zone label is named', run: missingZoneLabelIsNamed },
  { name: 'a missing permission is named', run: missingRightIsNamed },
  { name: 'a new pod waits for the API server', run: newPodWaitsForApiServer },
].map((step) => ({ ...step, isLong: true }));

/** Two small maps in KRaft mode, and failures. */
export const quickstart: Group = {
  summary: 'KRaft, two maps of three brokers, three controllers; failures',
  expectations,
  needs: {
    namespace: expectations.namespace,
    zones: expectations.zones,
    nodesPerZone: 2,
    fakeNodesPerZone: 0,
    storageClass: 'local-nvme',
    volumes: { count: 9, size: '900Mi' },
  },
  prepareNodes: labelNodes(expectations.namespace, expectations.zones, { streams: 1, alerts: 1 }),
  hasBrokers: true,
  checks: (isShort) => [...commonChecks(controllersFormQuorum, isShort), ...FAILURES],
};
