import { NodeIds } from '../kafka/node-ids';
import { Settings } from '../kafka/properties';
import { Listener } from '../network/listeners';
import { ServerStorage } from '../nodes/server-storage';
import { RecoveryGroupConfig } from '../seam/agent-config';
import { START_KAFKA } from '../servers/kafka-workload';
import { PodCertificates, caSecretName } from '../servers/pod-certificates';
import { recoveryGroup } from '../servers/recovery-group';
import { memberPki } from './member-pki';
import { BrokerGroup, MetadataAgentConfig, MetadataPki, MetadataStore } from './metadata-store';
import { ledgerName } from './quorum-members';
import { Quorum, brokerFormat, quorumSettings } from './quorum';

/** The parts of a controller quorum that brokers depend on. */
export interface KraftMetadataParts {
  /** Name of the StatefulSet of the controllers. */
  readonly name: string;
  readonly quorum: Quorum;
  readonly serviceHost: string;
  readonly listener: Listener;
  /** Certificates with which brokers connect to the controllers; empty without TLS. */
  readonly certificates: readonly PodCertificates[];
  readonly clusterName: string;
  /** Common name of the certificate of brokers. */
  readonly clientName: string;
  /** Secret with the certificate of the controllers. */
  readonly secret: string;
  /** Storage of the controllers; undefined for the default. */
  readonly storage?: ServerStorage;
}

/** Kafka's default of `broker.session.timeout.ms`. */
const SESSION_TIMEOUT_MS = 9_000;

/** Metadata in a quorum of KRaft controllers, which serves one cluster. */
export class KraftMetadata implements MetadataStore {
  public readonly description: string;
  public readonly nodeIds: NodeIds;
  public readonly brokerDefaults: Settings = {};
  public readonly listeners: readonly Listener[];
  public readonly certificates: readonly PodCertificates[];
  public readonly formatArguments: readonly string[];
  public readonly agentConfig: MetadataAgentConfig;
  public readonly caSecret: string;
  private readonly brokers: BrokerGroup[] = [];

  constructor(private readonly parts: KraftMetadataParts) {
    const { certificates, listener, name, quorum } = parts;
    this.description = `controllers '${name}'`;
    this.nodeIds = quorum.nodeIds;
    this.caSecret = caSecretName(name);
    this.listeners = [listener];
    this.certificates = certificates;
    this.formatArguments = brokerFormat(quorum);
    this.agentConfig = {
      metadataMode: 'kraft',
      clusterId: quorum.clusterId,
      controllerAddresses: quorum.hosts.map((host) => ({ host, port: listener.port })),
      controllerCertificateFolder: listener.certificates,
    };
  }

  public brokerSettings(): Settings {
    return { 'process.roles': 'broker', ...quorumSettings(this.parts.quorum) };
  }

  public sessionTimeoutMs(settings: Settings): number {
    return Number(settings['broker.session.timeout.ms'] ?? SESSION_TIMEOUT_MS);
  }

  public startCommand(): readonly string[] {
    return START_KAFKA;
  }

  public addBrokers(brokers: BrokerGroup): void {
    this.brokers.push(brokers);
  }

  public recoveryGroup(): RecoveryGroupConfig {
    const { clusterName, name, quorum, storage } = this.parts;
    const group = {
      kind: 'controller',
      owner: clusterName,
      statefulSet: name,
      ledgerConfigMap: ledgerName(name),
    } as const;
    return recoveryGroup(group, quorum.nodeIds, storage);
  }

  public pki(): MetadataPki | undefined {
    const { certificates, clientName, clusterName, listener, name, quorum, secret, serviceHost } = this.parts;
    if (certificates.length === 0) {
      return undefined;
    }
    const ids = { first: quorum.nodeIds.first, last: quorum.nodeIds.last };
    return {
      ...memberPki({
        owner: clusterName,
        name,
        secret,
        clientName,
        serviceHost,
        ids,
        ports: [listener.port],
      }),
      // Neither Kafka's Raft client nor the controller listener reads certificates again.
      restartedStatefulSets: [name, ...this.brokers.map(({ statefulSet }) => statefulSet)],
    };
  }

  public authorityOwner(clusterName: string): string {
    return clusterName;
  }

  public restartedServers(): number {
    return this.parts.quorum.nodeIds.count + this.brokers.reduce((sum, { count }) => sum + count, 0);
  }
}
