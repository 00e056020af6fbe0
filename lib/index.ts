export { BrokerStatefulSet } from './broker-stateful-set';
export type { BrokerStatefulSetProps } from './broker-stateful-set';
export { BrokerRecovery } from './broker-recovery';
export type { BrokerRecoveryProps } from './broker-recovery';
export { CertRotation } from './cert-rotation';
export type { CertRotationProps } from './cert-rotation';
export { ControllerQuorum } from './controller-quorum';
export { KafkaCluster } from './kafka-cluster';
export type { KafkaClusterProps } from './kafka-cluster';
export { KafkaMap } from './kafka-map';
export type { KafkaMapProps } from './kafka-map';
export { LocalVolumes } from './local-volumes';
export type { LocalVolumesProps } from './local-volumes';
export { TopicConfigMap } from './topic-config-map';
export type { TopicConfigMapProps } from './topic-config-map';
export { TopicSyncCronJob } from './topic-sync-cron-job';
export type { TopicSyncCronJobProps } from './topic-sync-cron-job-props';
export { ZookeeperEnsemble } from './zookeeper-ensemble';
export type { ZookeeperEnsembleProps } from './zookeeper-ensemble';

export { CertificateIssuer } from './certificates/certificate-issuer';
export type {
  BuiltInIssuerOptions,
  CertManagerIssuerOptions,
  IssuerReference,
  SecretIssuerOptions,
} from './certificates/certificate-issuer';
export type { IKafkaCluster, KafkaClusterAttributes, KafkaMapAttributes } from './cluster/i-kafka-cluster';
export { AtRiskTopics } from './kafka/at-risk-topics';
export type { InternalTopicsOptions } from './kafka/internal-topics';
export { KafkaVersion } from './kafka/kafka-version';
export { NodeIds } from './kafka/node-ids';
export type { TopicDefaults } from './kafka/topic-defaults';
export { CleanupPolicy, CompressionType } from './kafka/typed-topic-settings';
export type { TopicSettings } from './kafka/typed-topic-settings';
export { CaBundle } from './kubernetes/ca-bundle';
export { QuorumKind } from './metadata/controller-quorum-options';
export type { ControllerQuorumOptions } from './metadata/controller-quorum-options';
export { ClientAuthentication } from './network/client-authentication';
export type { MutualTlsOptions } from './network/client-authentication';
export { ClientListener } from './network/client-listener';
export type { PlaintextListenerOptions, TlsListenerOptions } from './network/client-listener';
export { InterBrokerSecurity } from './network/inter-broker-security';
export type { KafkaClient } from './network/kafka-client';
export { NetworkPeer } from './network/network-peer';
export { InstanceType } from './nodes/instance-type';
export type { InstanceTypeCapacity } from './nodes/instance-type';
export { LocalVolumeSource } from './nodes/local-volume-source';
export type { DiscoveredVolumesOptions, ListedVolumesOptions, NodeDisks } from './nodes/local-volume-source';
export { NodeGroup } from './nodes/node-group';
export type { NodeGroupOptions, NodeTaint } from './nodes/node-group';
export { ServerStorage } from './nodes/server-storage';
export type {
  EphemeralStorageOptions,
  InstanceStoreOptions,
  LocalVolumeOptions,
  NetworkVolumeOptions,
} from './nodes/server-storage';
export { AgentProgram } from './servers/agent-program';
export { LogFormat, LogLevel } from './servers/logging';
export type { LoggingOptions } from './servers/logging';
export type { PodDnsOptions } from './servers/pod-dns';
export type { CommonPodProps } from './servers/pod-props';
export { PodSecurity } from './servers/pod-security';
export type { PodIds } from './servers/pod-security';
export { PodVolume } from './servers/pod-volume';
export type { PodVolumeOptions } from './servers/pod-volume';
export type { AgentResources, ServerProps } from './servers/server-props';
export type { SidecarContainer, SidecarVolumeMount } from './servers/sidecar-container';
export type { TopicDefinition } from './topics/topic-definition';
export type { TopicListReference } from './topics/topic-list-reference';
export { DriftAction } from './topics/topic-sync-options';
export type { TopicDrift, TopicPrune } from './topics/topic-sync-options';
