import { ClusterCertificates } from '../certificates/cluster-certificates';
import { InternalTopicsOptions } from '../kafka/internal-topics';
import { KafkaVersion } from '../kafka/kafka-version';
import { Settings } from '../kafka/properties';
import { clusterSettings } from '../kafka/replication-settings';
import { MetadataStore } from '../metadata/metadata-store';
import { ClientListener } from '../network/client-listener';
import { InterBrokerSecurity } from '../network/inter-broker-security';
import { assertDistinct, clientListener, internalListener } from '../network/listeners';
import { NetworkPeer } from '../network/network-peer';
import { serverPrincipal } from '../network/principal-rules';
import { hasProgramAcls, recoveryName, topicSyncName } from '../network/super-users';
import { ProgramRightsConfig } from '../seam/agent-config';
import { serverProgramNames } from '../servers/agent-bundle';
import { AgentProgram } from '../servers/agent-program';
import { CommonPodProps } from '../servers/pod-props';
import { ClusterContext } from './cluster-context';
import { ClusterHosts } from './cluster-names';
import { ClusterRegistry } from './cluster-registry';
import { internalTopicsOf } from './internal-topic-settings';

/** Values that brokers, controllers and ZooKeeper servers of a cluster share. */
export interface SharedParts {
  readonly namespace: string;
  readonly program: AgentProgram;
  readonly clusterDomain: string;
  readonly security: InterBrokerSecurity;
  readonly hosts: ClusterHosts;
  readonly superUsers: Settings;
  readonly metricsScrapers: NetworkPeer[];
  readonly podDefaults: CommonPodProps;
}

/** The parts of a cluster. */
export interface ClusterParts extends SharedParts {
  readonly clusterName: string;
  readonly version: KafkaVersion;
  /** Config that the user gave to the cluster. */
  readonly config: Settings;
  readonly internalTopics: InternalTopicsOptions;
  /** Listeners for clients; listeners may be added. */
  readonly clientListeners: readonly ClientListener[];
  readonly metadata: MetadataStore;
  /** Annotations of the ServiceAccounts of brokers. */
  readonly serviceAccountAnnotations: { readonly [key: string]: string };
}

/** @throws when listeners conflict, or a number of the internal topics is not valid */
export function createClusterContext(parts: ClusterParts): ClusterContext {
  const { clusterName, clientListeners, config, hosts, metadata, version } = parts;
  const internal = internalListener(parts.security);
  const listeners = [internal, ...clientListeners.map(clientListener)];
  assertDistinct(clusterName, listeners);
  const dnsNames = [hosts.brokers, hosts.bootstrap];
  const certificates = new ClusterCertificates(
    clusterName,
    listeners,
    clientListeners,
    dnsNames,
    metadata.caSecret,
  );
  const registry = new ClusterRegistry(clusterName);
  if (metadata.nodeIds) {
    registry.claimIds('the controllers', metadata.nodeIds);
  }
  const settings = clusterSettings(config);
  let deletesTopics = false;
  const hasAcls = hasProgramAcls(parts.security, config);
  return {
    clusterName,
    namespace: parts.namespace,
    isImported: false,
    version,
    program: parts.program,
    metadata,
    registry,
    internalListener: internal,
    listeners,
    certificates,
    superUsers: parts.superUsers,
    statefulSets: [],
    config,
    settings,
    serviceName: `${clusterName}-brokers`,
    serviceHost: hosts.brokers,
    serviceAccountAnnotations: parts.serviceAccountAnnotations,
    programConfigMapNames: serverProgramNames(clusterName),
    metricsScrapers: parts.metricsScrapers,
    podDefaults: parts.podDefaults,
    internalTopics: internalTopicsOf(parts.internalTopics, version, settings),
    maps: () => registry.maps,
    declareDeletion: () => {
      deletesTopics = true;
    },
    recoveryGroups: [metadata.recoveryGroup(parts.namespace) ?? []].flat(),
    programRights: () => (hasAcls ? programRights(clusterName, certificates, deletesTopics) : undefined),
    topicSyncSources: () => certificates.topicSyncSources(),
  };
}

/** The names in certificates of the user's own PKI are unknown. */
function programRights(
  clusterName: string,
  { hasRecovery, isOwnPki }: ClusterCertificates,
  canDelete: boolean,
): ProgramRightsConfig[] | undefined {
  const topics = {
    program: 'topics',
    principal: serverPrincipal(topicSyncName(clusterName)),
    canDelete,
  } as const;
  const recovery = {
    program: 'recovery',
    principal: serverPrincipal(recoveryName(clusterName)),
    canDelete: false,
  } as const;
  return isOwnPki ? undefined : [topics, ...(hasRecovery ? [recovery] : [])];
}
