/* Checks of types. They also hold for instances of another copy of the package, for which `instanceof` is false. */
import { Size } from 'cdk8s';
import {
  AgentProgram,
  BrokerRecovery,
  BrokerStatefulSet,
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
  ControllerQuorum,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  LocalVolumeSource,
  LocalVolumes,
  NetworkPeer,
  NodeGroup,
  NodeIds,
  PodSecurity,
  PodVolume,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../lib';
import { newCluster, newLocalVolumes, newMap, newRecovery, newTopicSync, newTopics } from '../support/cases';
import { newChart } from '../support/testing';

const cluster = newCluster(newChart());
const map = newMap(cluster);
const [rotation] = cluster.node.root.node.findAll().filter(CertRotation.isCertRotation);

const TABLE: [name: string, isOfType: (value: unknown) => boolean, instance: unknown][] = [
  ['AgentProgram', AgentProgram.isAgentProgram, AgentProgram.bundled()],
  ['BrokerRecovery', BrokerRecovery.isBrokerRecovery, newRecovery(newCluster(newChart()))],
  ['BrokerStatefulSet', BrokerStatefulSet.isBrokerStatefulSet, map.brokers],
  ['CaBundle', CaBundle.isCaBundle, CaBundle.secret('ca')],
  ['CertRotation', CertRotation.isCertRotation, rotation],
  ['CertificateIssuer', CertificateIssuer.isCertificateIssuer, CertificateIssuer.builtIn()],
  ['ClientAuthentication', ClientAuthentication.isClientAuthentication, ClientAuthentication.none()],
  ['ClientListener', ClientListener.isClientListener, ClientListener.tls()],
  ['ControllerQuorum', ControllerQuorum.isControllerQuorum, cluster.controllers],
  ['InstanceType', InstanceType.isInstanceType, InstanceType.I3EN_XLARGE],
  ['KafkaCluster', KafkaCluster.isKafkaCluster, cluster],
  ['KafkaMap', KafkaMap.isKafkaMap, map],
  ['KafkaVersion', KafkaVersion.isKafkaVersion, KafkaVersion.V4_4],
  [
    'LocalVolumeSource',
    LocalVolumeSource.isLocalVolumeSource,
    LocalVolumeSource.discovered({ nodeGroup: NodeGroup.any() }),
  ],
  ['LocalVolumes', LocalVolumes.isLocalVolumes, newLocalVolumes(newChart())],
  ['NetworkPeer', NetworkPeer.isNetworkPeer, NetworkPeer.any()],
  ['NodeGroup', NodeGroup.isNodeGroup, NodeGroup.any()],
  ['NodeIds', NodeIds.isNodeIds, NodeIds.between(1, 3)],
  ['PodSecurity', PodSecurity.isPodSecurity, PodSecurity.assigned()],
  ['PodVolume', PodVolume.isPodVolume, PodVolume.fromSecret('keytab', 'keytab')],
  ['ServerStorage', ServerStorage.isServerStorage, ServerStorage.networkVolume({ size: Size.gibibytes(1) })],
  ['TopicConfigMap', TopicConfigMap.isTopicConfigMap, newTopics(cluster)],
  ['TopicSyncCronJob', TopicSyncCronJob.isTopicSyncCronJob, newTopicSync(newCluster(newChart()))],
  [
    'ZookeeperEnsemble',
    ZookeeperEnsemble.isZookeeperEnsemble,
    new ZookeeperEnsemble(newChart(), 'Zookeeper'),
  ],
];

test.each(TABLE)('is%s is true for its own instances only', (name, isOfType, instance) => {
  const others = TABLE.filter(([other]) => other !== name).map(([, , value]) => value);

  expect(isOfType(instance)).toBe(true);
  expect([...others, {}, undefined, null, name].filter(isOfType)).toEqual([]);
});
