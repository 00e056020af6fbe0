import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum, zookeepersFormQuorum } from '../checks/quorum';
import { nothingIsPrivileged } from '../checks/security';
import { topicJobSucceeds } from '../checks/topic-job';
import { rotatedTwice } from '../certificates/ca-rotation';
import {
  agentKilled,
  apiServerAway,
  authorityKilledAtEveryStep,
  brokerDownThroughout,
} from '../certificates/disturbances';
import { firstCertificatesAreThere } from '../certificates/first-certificates';
import { keysAreNowhereElse } from '../certificates/leaks';
import { CONTROLLERS, ZOOKEEPER, metadataReplaced } from '../certificates/metadata';
import { startProbes } from '../certificates/probing';
import { strangersAreRefused } from '../certificates/refusals';
import { renewedAgainAndAgain, renewedAtKubeletsPace } from '../certificates/renewals';
import { undeclaredPodsAreBlocked } from '../certificates/network-policies';
import { invalidIsNotServed } from '../certificates/invalid-secrets';
import { ids } from '../lists';
import { Step } from '../steps';
import { Outcome, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

/** What the chart is made with. */
export type Mode = 'kraft' | 'zookeeper' | 'cert-manager' | 'secret';

/** What groups of certificates have in common. */
export function certificatesGroup(
  mode: Mode,
): Omit<Group, 'summary' | 'checks'> & { readonly checks: readonly Step<World>[] } {
  const metadata = mode === 'zookeeper' ? 'zookeeper' : 'certs-controllers';
  const nodeGroup = `certificates-${mode}`;
  const outcome: Outcome = {
    program: `test/e2e/charts/certificates.ts ${mode}`,
    namespace: `kafka-certificates-${mode}`,
    clusterName: 'certs',
    zones: 3,
    maps: [
      {
        name: 'main',
        statefulSet: 'certs-main',
        brokerIds: ids(11, 13),
        nodeLabel: { key: NODE_GROUP, value: nodeGroup },
      },
    ],
    metadataPods: ids(1, 3).map((id) => `${metadata}-${id}`),
    internalTopics: [],
    internalPartitions: 12,
    client: 'shop',
    topics: { plain: 'plain', transactional: 'transactional' },
  };
  return {
    outcome,
    needs: {
      namespace: outcome.namespace,
      zones: outcome.zones,
      nodesPerZone: 1,
      fakeNodesPerZone: 0,
      storageClass: 'local-nvme',
      volumes: { count: 6, size: '900Mi' },
    },
    prepareNodes: labelNodes(outcome.namespace, outcome.zones, { [nodeGroup]: 1 }),
    hasBrokers: true,
    checks: [
      { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
      {
        name: 'the quorum has formed',
        run: mode === 'zookeeper' ? zookeepersFormQuorum : controllersFormQuorum,
        isPrerequisite: true,
      },
      { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
      { name: 'probes are there', run: ({ outcome: cluster }) => startProbes(cluster), isPrerequisite: true },
    ],
  };
}

function group(mode: Mode, summary: string, checks: readonly Step<World>[]): Group {
  const common = certificatesGroup(mode);
  return {
    ...common,
    summary,
    checks: () => [
      ...common.checks,
      { name: 'the first certificates are there', run: firstCertificatesAreThere },
      { name: 'strangers are refused', run: strangersAreRefused },
      {
        name: 'undeclared pods are kept out',
        run: undeclaredPodsAreBlocked(mode === 'zookeeper' ? ZOOKEEPER : CONTROLLERS),
      },
      { name: 'nothing is privileged', run: nothingIsPrivileged },
      {
        name: 'certificates are renewed every half minute for ten minutes',
        run: renewedAgainAndAgain(10),
      },
      ...checks,
      { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
    ],
  };
}

/** What may happen to certificates in KRaft mode. */
export const certificates: Group = group(
  'kraft',
  'certificates of a KRaft cluster: renewals, rotations, and mishaps',
  [
    {
      name: 'certificates are renewed when the kubelet gets round to it',
      run: renewedAtKubeletsPace,
      isLong: true,
    },
    {
      name: 'the authority is replaced twice, each time followed by another controller and a restart',
      run: rotatedTwice(CONTROLLERS.activeController),
      isLong: true,
    },
    { name: 'what is unfit is not served', run: invalidIsNotServed },
    {
      name: "controllers' certificates are renewed by restarts",
      run: metadataReplaced(CONTROLLERS, 'renew'),
      isLong: true,
    },
    {
      name: "controllers' authority is replaced by restarts",
      run: metadataReplaced(CONTROLLERS, 'rotate'),
      isLong: true,
    },
    { name: 'the authority is killed at every step', run: authorityKilledAtEveryStep, isLong: true },
    { name: 'an agent is killed', run: agentKilled, isLong: true },
    { name: 'a broker is down from start to end', run: brokerDownThroughout, isLong: true },
    { name: 'the API server is away for a minute', run: apiServerAway, isLong: true },
  ],
);

/** What must hold in ZooKeeper mode as well. */
export const certificatesZookeeper: Group = group(
  'zookeeper',
  'certificates of a cluster on ZooKeeper: renewals and rotations',
  [
    {
      name: 'the authority is replaced twice, each time followed by another controller and a restart',
      run: rotatedTwice(ZOOKEEPER.activeController),
      isLong: true,
    },
    {
      name: "ZooKeeper's certificates are renewed, by restarts of brokers",
      run: metadataReplaced(ZOOKEEPER, 'renew'),
      isLong: true,
    },
    {
      name: "ZooKeeper's authority is replaced, by restarts of brokers",
      run: metadataReplaced(ZOOKEEPER, 'rotate'),
      isLong: true,
    },
  ],
);
