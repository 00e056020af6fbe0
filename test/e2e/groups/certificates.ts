import { brokersAreReady } from '../checks/placement';
import { controllersFormQuorum, zookeepersFormQuorum } from '../checks/quorum';
import { nothingIsPrivileged } from '../checks/security';
import { topicJobSucceeds } from '../checks/topic-job';
import { policyLimitsAuthority } from '../certificates/admission-policy';
import { rotatedTwice } from '../certificates/ca-rotation';
import {
  agentKilled,
  apiServerUnreachable,
  authorityKilledAtEveryStep,
  brokerDownThroughout,
} from '../certificates/disturbances';
import { firstCertificatesAreThere } from '../certificates/first-certificates';
import { keysAreNowhereElse } from '../certificates/leaks';
import { CONTROLLERS, ZOOKEEPER, metadataReplaced } from '../certificates/metadata';
import { startProbes } from '../certificates/probing';
import { unknownClientsAreRejected } from '../certificates/rejections';
import { renewedAgainAndAgain, renewedAtKubeletSyncPeriod } from '../certificates/renewals';
import { undeclaredPodsAreBlocked } from '../certificates/network-policies';
import { invalidIsNotServed } from '../certificates/invalid-secrets';
import { ids } from '../lists';
import { Step } from '../steps';
import { Expectations, World } from '../world';
import { NODE_GROUP, labelNodes } from './common';
import { Group } from './group';

/** Argument of the chart. */
export type Mode = 'kraft' | 'zookeeper' | 'cert-manager' | 'secret';

/** Common parts of the groups for certificates. */
export function certificatesGroup(
  mode: Mode,
): Omit<Group, 'summary' | 'checks'> & { readonly checks: readonly Step<World>[] } {
  const metadata = mode === 'zookeeper' ? 'zookeeper' : 'certs-controllers';
  const nodeGroup = `certificates-${mode}`;
  const expectations: Expectations = {
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
    expectations,
    needs: {
      namespace: expectations.namespace,
      zones: expectations.zones,
      nodesPerZone: 1,
      fakeNodesPerZone: 0,
      storageClass: 'local-nvme',
      volumes: { count: 6, size: '900Mi' },
    },
    prepareNodes: labelNodes(expectations.namespace, expectations.zones, { [nodeGroup]: 1 }),
    hasBrokers: true,
    checks: [
      { name: 'every broker is ready', run: brokersAreReady, isPrerequisite: true },
      {
        name: 'the quorum has a leader',
        run: mode === 'zookeeper' ? zookeepersFormQuorum : controllersFormQuorum,
        isPrerequisite: true,
      },
      { name: 'the topic job succeeds', run: topicJobSucceeds, isPrerequisite: true },
      {
        name: 'probe pods are ready',
        run: ({ expectations: cluster }) => startProbes(cluster),
        isPrerequisite: true,
      },
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
      { name: 'the first certificates are issued', run: firstCertificatesAreThere },
      { name: 'unknown clients are rejected', run: unknownClientsAreRejected },
      {
        name: 'NetworkPolicies block undeclared pods',
        run: undeclaredPodsAreBlocked(mode === 'zookeeper' ? ZOOKEEPER : CONTROLLERS),
      },
      { name: 'no container is privileged', run: nothingIsPrivileged },
      {
        name: 'certificates are renewed every half minute for ten minutes',
        run: renewedAgainAndAgain(10),
      },
      ...checks,
      { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
    ],
  };
}

/** Certificates in KRaft mode. */
export const certificates: Group = group(
  'kraft',
  'certificates of a KRaft cluster: renewals, rotations and failures',
  [
    {
      name: 'certificates are renewed at the sync period of the kubelet',
      run: renewedAtKubeletSyncPeriod,
      isLong: true,
    },
    {
      name: 'the CA is replaced twice, each time followed by a controller failover and a restart',
      run: rotatedTwice(CONTROLLERS.activeController),
      isLong: true,
    },
    { name: 'the admission policy limits the authority', run: policyLimitsAuthority },
    { name: 'invalid certificates are not served', run: invalidIsNotServed },
    {
      name: 'certificates of controllers are renewed by restarts',
      run: metadataReplaced(CONTROLLERS, 'renew'),
      isLong: true,
    },
    {
      name: 'the CA of controllers is replaced by restarts',
      run: metadataReplaced(CONTROLLERS, 'rotate'),
      isLong: true,
    },
    { name: 'the authority is killed in every phase', run: authorityKilledAtEveryStep, isLong: true },
    { name: 'an agent is killed', run: agentKilled, isLong: true },
    { name: 'a broker is down during a rotation', run: brokerDownThroughout, isLong: true },
    { name: 'the API server is unreachable for a minute', run: apiServerUnreachable, isLong: true },
  ],
);

/** Checks that also run in ZooKeeper mode. */
export const certificatesZookeeper: Group = group(
  'zookeeper',
  'certificates of a cluster on ZooKeeper: renewals and rotations',
  [
    {
      name: 'the CA is replaced twice, each time followed by a controller failover and a restart',
      run: rotatedTwice(ZOOKEEPER.activeController),
      isLong: true,
    },
    {
      name: 'certificates of ZooKeeper are renewed by restarts of brokers',
      run: metadataReplaced(ZOOKEEPER, 'renew'),
      isLong: true,
    },
    {
      name: 'the CA of ZooKeeper is replaced by restarts of brokers',
      run: metadataReplaced(ZOOKEEPER, 'rotate'),
      isLong: true,
    },
  ],
);
