import { Construct } from 'constructs';
import { clientSecretName, topicsSecretName } from '../certificates/secret-names';
import { assertProps } from '../input/props';
import { KafkaVersion } from '../kafka/kafka-version';
import { clusterSettings } from '../kafka/replication-settings';
import { topicDefaultsConfig } from '../kafka/topic-defaults';
import { assertClusterConfig } from '../kafka/user-settings';
import { CaBundle } from '../kubernetes/ca-bundle';
import { assertLabel, assertNamespace, clusterDomainOf, namespaceOf } from '../kubernetes/names';
import { InterBrokerSecurity } from '../network/inter-broker-security';
import { internalListener } from '../network/listeners';
import { CERTIFICATE_FILES } from '../seam/agent-config';
import { AgentProgram } from '../servers/agent-program';
import { keyPairSource } from '../servers/pod-certificates';
import { TopicSyncContext } from './cluster-context';
import { IKafkaCluster, KAFKA_CLUSTER_ATTRIBUTES, KafkaClusterAttributes } from './i-kafka-cluster';
import { ClusterRegistry } from './cluster-registry';
import { clusterHosts } from './cluster-names';

/** A cluster that another app or chart defines. */
export class ImportedCluster extends Construct implements IKafkaCluster {
  public readonly clusterName: string;
  public readonly namespaceName: string;
  public readonly version: KafkaVersion;
  public readonly bootstrapServers: string;
  public readonly _topicSync: TopicSyncContext;

  constructor(scope: Construct, id: string, attributes: KafkaClusterAttributes) {
    super(scope, id);
    const owner = 'KafkaCluster.fromAttributes()';
    assertProps(owner, attributes, KAFKA_CLUSTER_ATTRIBUTES);
    const { clusterName, version, config = {} } = attributes;
    assertLabel('clusterName', clusterName);
    assertClusterConfig(`cluster '${clusterName}'`, { version }, config);
    this.clusterName = clusterName;
    this.version = version;
    this.namespaceName = attributes.namespaceName ?? namespaceOf(this);
    assertNamespace(this.namespaceName);
    const hosts = clusterHosts(clusterName, this.namespaceName, clusterDomainOf(attributes.clusterDomain));
    this.bootstrapServers = `${hosts.bootstrap}:${attributes.bootstrapPort ?? 9092}`;
    this._topicSync = this.topicSync(attributes, hosts.brokers);
  }

  public clientSecretName(clientName: string): string {
    return clientSecretName(this.clusterName, clientName);
  }

  private topicSync(attributes: KafkaClusterAttributes, serviceHost: string): TopicSyncContext {
    const { clusterName } = this;
    const registry = new ClusterRegistry(clusterName);
    for (const map of attributes.maps ?? []) {
      assertLabel('mapName of KafkaCluster.fromAttributes()', map.mapName);
      registry.addMap(map.mapName, map.brokerIds, map.zones ?? []);
      registry.addTopics(map.mapName, map.topicPatterns);
      if (map.topicDefaults !== undefined) {
        registry.setTopicDefaults(map.mapName, topicDefaultsConfig(this.version, map));
      }
    }
    const secret = attributes.topicsSecretName ?? topicsSecretName(clusterName);
    const trusted = attributes.caBundle ?? CaBundle.secret(secret);
    return {
      clusterName,
      namespace: this.namespaceName,
      isImported: true,
      program: attributes.agent ?? AgentProgram.bundled(),
      internalListener: internalListener(attributes.interBrokerSecurity ?? InterBrokerSecurity.MUTUAL_TLS),
      serviceHost,
      settings: clusterSettings(attributes.config ?? {}),
      podDefaults: {},
      maps: () => registry.maps,
      // The app that defines the cluster gives the rights.
      declareDeletion: () => undefined,
      topicSyncSources: () => [keyPairSource(secret), trusted._toSource(CERTIFICATE_FILES.trusted)],
    };
  }
}
