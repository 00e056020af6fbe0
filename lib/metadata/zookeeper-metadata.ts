import { Settings } from '../kafka/properties';
import { Listener, storeFile } from '../network/listeners';
import { ServerStorage } from '../nodes/server-storage';
import { CERTIFICATE_SETS, RecoveryGroupConfig } from '../seam/agent-config';
import { PodCertificates, caSecretName } from '../servers/pod-certificates';
import { recoveryGroup } from '../servers/recovery-group';
import { memberPki } from './member-pki';
import { BrokerGroup, MetadataAgentConfig, MetadataPki, MetadataStore } from './metadata-store';
import { ledgerName } from './quorum-members';
import { ELECTION_PORT, clientPort } from './zookeeper-ports';
import { startAfterOldSession } from './zookeeper-start';

/** The parts of a ZooKeeper ensemble that brokers depend on. */
export interface ZookeeperMetadataParts {
  readonly ensembleName: string;
  readonly namespace: string;
  readonly serviceHost: string;
  /** Addresses of all servers, `host:port`. */
  readonly servers: readonly string[];
  /** Address of the Service with the ready servers. */
  readonly clientAddress: { readonly host: string; readonly port: number };
  /** Certificates with which brokers connect to the servers; empty without TLS. */
  readonly certificates: readonly PodCertificates[];
  /** Secret with the certificate of the servers. */
  readonly secret: string;
  /** Storage of the servers; undefined for the default. */
  readonly storage?: ServerStorage;
}

/** Kafka's default of `zookeeper.session.timeout.ms`. */
const SESSION_TIMEOUT_MS = 18_000;

/** Metadata in a ZooKeeper ensemble, which several clusters can share. */
export class ZookeeperMetadata implements MetadataStore {
  public readonly description: string;
  public readonly brokerDefaults: Settings = {
    // A broker exits if it has no connection by then. Kafka's default is 18 s. The first TLS handshake takes longer on a
    // busy node when all servers start at once.
    'zookeeper.connection.timeout.ms': '60000',
  };
  public readonly listeners: readonly Listener[] = [];
  public readonly certificates: readonly PodCertificates[];
  public readonly agentConfig: MetadataAgentConfig;
  public readonly caSecret: string;
  private readonly brokers: BrokerGroup[] = [];
  private owner?: string;

  constructor(private readonly parts: ZookeeperMetadataParts) {
    this.description = `ZooKeeper ensemble '${parts.ensembleName}'`;
    this.caSecret = caSecretName(parts.ensembleName);
    this.certificates = parts.certificates;
    this.agentConfig = { metadataMode: 'zookeeper', zookeeperAddress: parts.clientAddress };
  }

  public brokerSettings(clusterName: string): Settings {
    return {
      // Otherwise Kafka rejects every id above reserved.broker.max.id (1000).
      'broker.id.generation.enable': 'false',
      'zookeeper.connect': `${this.parts.servers.join(',')}/${clusterName}`,
      ...(this.certificates.length > 0 ? CLIENT_TLS : {}),
    };
  }

  public sessionTimeoutMs(settings: Settings): number {
    return Number(settings['zookeeper.session.timeout.ms'] ?? SESSION_TIMEOUT_MS);
  }

  public startCommand(settings: Settings): readonly string[] {
    return startAfterOldSession(this.sessionTimeoutMs(settings));
  }

  public addBrokers(brokers: BrokerGroup): void {
    this.brokers.push(brokers);
  }

  public recoveryGroup(namespace: string): RecoveryGroupConfig | undefined {
    const { ensembleName, servers, storage } = this.parts;
    const group = {
      kind: 'zookeeper',
      owner: ensembleName,
      statefulSet: ensembleName,
      ledgerConfigMap: ledgerName(ensembleName),
    } as const;
    return namespace === this.parts.namespace
      ? recoveryGroup(group, { first: 1, last: servers.length }, storage)
      : undefined;
  }

  public pki(clusterName: string): MetadataPki | undefined {
    const { certificates, ensembleName, secret, servers, serviceHost } = this.parts;
    if (certificates.length === 0 || this.authorityOwner(clusterName) !== clusterName) {
      return undefined;
    }
    return {
      ...memberPki({
        owner: ensembleName,
        name: ensembleName,
        secret,
        clientName: `${ensembleName}-brokers`,
        serviceHost,
        ids: { first: 1, last: servers.length },
        // Each port has its own copy of the certificate in memory.
        ports: [clientPort(true), ELECTION_PORT],
      }),
      // ZooKeeper servers reload their certificates; the ZooKeeper clients in brokers do not.
      restartedStatefulSets: this.brokers.map(({ statefulSet }) => statefulSet),
    };
  }

  /** The first cluster that calls this method. */
  public authorityOwner(clusterName: string): string {
    this.owner ??= clusterName;
    return this.owner;
  }

  public restartedServers(): number {
    return this.brokers.reduce((sum, { count }) => sum + count, 0);
  }
}

/** Settings of brokers for servers that accept only TLS. */
const CLIENT_TLS: Settings = {
  'zookeeper.ssl.client.enable': 'true',
  // The default transport of the client does not support TLS.
  'zookeeper.clientCnxnSocket': 'org.apache.zookeeper.ClientCnxnSocketNetty',
  'zookeeper.ssl.keystore.type': 'PEM',
  'zookeeper.ssl.keystore.location': storeFile(CERTIFICATE_SETS.metadata, 'keyStore'),
  'zookeeper.ssl.truststore.type': 'PEM',
  'zookeeper.ssl.truststore.location': storeFile(CERTIFICATE_SETS.metadata, 'trustStore'),
};
