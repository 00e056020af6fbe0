/*
 * Which certificates a cluster has, where its pods find them, and who is let in. What issues them is known only when
 * all of the app is defined, so volumes and lists are asked for at synth.
 */
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { CaBundle } from '../kubernetes/ca-bundle';
import { CertificateIssuer } from './certificate-issuer';
import { ClientListener } from '../network/client-listener';
import { KafkaClient } from '../network/kafka-client';
import { CERTIFICATE_SETS, CERTIFICATE_FILES, CertificatesConfig } from '../seam/agent-config';
import { PACKAGE_APP_NAMES } from '../kubernetes/labels';
import { Listener, clientCaFolder } from '../network/listeners';
import { claimSecret } from '../kubernetes/manifest';
import { assertLabel, assertLength } from '../kubernetes/names';
import { KINDS, assertItems } from '../input/kinds';
import { serverPrincipalNames } from '../network/super-users';

/** A set of certificates as a pod has it. */
export interface PodCertificates {
  readonly config: CertificatesConfig;
  /** Sources of the projected volume; something that is known at synth. */
  readonly sources: unknown;
}

const LEAF_FILES = [CERTIFICATE_FILES.certificate, CERTIFICATE_FILES.key];

/** The certificate and key of a Secret of type kubernetes.io/tls, as a source of a projected volume. */
export function leafSource(secretName: string): object {
  return { secret: { name: secretName, items: LEAF_FILES.map((key) => ({ key, path: key })) } };
}

/**
 * The certificates of servers that keep metadata, the controllers' or ZooKeeper's, as a pod has them.
 *
 * @param reload how that pod takes new ones over: neither Kafka's Raft client nor its ZooKeeper client reads its files again
 */
export function metadataCertificates(
  secretName: string,
  dnsNames: readonly string[],
  reload: CertificatesConfig['reload'],
): PodCertificates {
  return {
    config: { folder: CERTIFICATE_SETS.metadata, hasCertificate: true, dnsNames, reload },
    sources: [leafSource(secretName), CaBundle.secret(secretName)._toSource(CERTIFICATE_FILES.trusted)],
  };
}

/** Secret that keeps an authority: its keys, and how far it is. */
export function caSecretName(name: string): string {
  return `${name}-ca`;
}

/**
 * Keeps the names of the Secrets of controllers or ZooKeeper: of their certificate, and of their authority.
 *
 * @throws when another construct of the app has one of them written
 */
export function claimMetadataSecrets(
  scope: Construct,
  namespace: string,
  name: string,
  tlsSecretName: string,
): void {
  [tlsSecretName, caSecretName(name)].forEach((secret) => claimSecret(scope, namespace, secret));
}

/** Certificates of the brokers of a cluster and of its clients. */
export class ClusterCertificates {
  private issuer?: CertificateIssuer;
  private readonly byName = new Map<string, KafkaClient>();
  private readonly listeningForClients: ((client: KafkaClient) => void)[] = [];

  constructor(
    private readonly clusterName: string,
    readonly listeners: readonly Listener[],
    private readonly clientListeners: readonly ClientListener[],
    /** Names that brokers are reached by, beside their own. */
    readonly dnsNames: readonly string[],
  ) {}

  /** Whether brokers show certificates at all. */
  get isTls(): boolean {
    return this.listeners.some(({ certificates }) => certificates !== undefined);
  }

  /** Who issues, once somebody does. */
  get certificateIssuer(): CertificateIssuer | undefined {
    return this.issuer;
  }

  /** Declared clients, in the order of their declaration. */
  get clients(): KafkaClient[] {
    return [...this.byName.values()];
  }

  /** @throws when the cluster has an issuer already */
  setIssuer(issuer: CertificateIssuer): void {
    if (this.issuer) {
      throw new Error(
        `cluster '${this.clusterName}' has two CertRotations; certificates come from one source, so keep one`,
      );
    }
    this.issuer = issuer;
  }

  /** @throws when a client has no name that a certificate and a Secret can have, or one that is taken */
  addClient(client: KafkaClient): void {
    assertItems(`cluster '${this.clusterName}'`, 'clients', [client], KINDS.clients);
    const { clientName } = client;
    assertLabel('clientName', clientName);
    assertItems(`client '${clientName}'`, 'from', client.from, KINDS.peers);
    if (client.from === undefined && PACKAGE_APP_NAMES.includes(clientName)) {
      throw new Error(
        `clientName '${clientName}' of cluster '${this.clusterName}' stands for the pods that are labeled ` +
          `app.kubernetes.io/name: ${clientName}, which are the cluster's own; choose another, or say from where it connects in 'from'`,
      );
    }
    assertLength('Secret name', this.clientSecret(clientName), 63, 'clusterName or clientName');
    if (serverPrincipalNames(this.clusterName).includes(clientName) || this.byName.has(clientName)) {
      throw new Error(
        `clientName '${clientName}' is used twice in cluster '${this.clusterName}', or is one of its own servers' names; ` +
          'it is the principal of the client, so choose another',
      );
    }
    this.byName.set(clientName, client);
    this.listeningForClients.forEach((listener) => listener(client));
  }

  /** Calls back for every client, those included that are declared later. */
  onClient(callback: (client: KafkaClient) => void): void {
    this.clients.forEach(callback);
    this.listeningForClients.push(callback);
  }

  /** Secret of the brokers. */
  get brokersSecret(): string {
    return this.issuer?._source.secretName ?? `${this.clusterName}-tls`;
  }

  /** Secret of the topic synchronisation. */
  get topicsSecret(): string {
    const { secretName, topicsSecretName } = this.issuer?._source ?? {};
    return topicsSecretName ?? secretName ?? `${this.clusterName}-topics-tls`;
  }

  /** Secret of a declared client. */
  clientSecret(clientName: string): string {
    return `${this.clusterName}-client-${clientName}`;
  }

  /** What brokers have: the cluster's set, and authorities of clients of their own for the listeners that name some. */
  brokerCertificates(): PodCertificates[] {
    if (!this.isTls) {
      return [];
    }
    return [
      {
        config: { folder: CERTIFICATE_SETS.cluster, hasCertificate: true, dnsNames: this.dnsNames, reload: 'dynamic' },
        sources: Lazy.any({ produce: () => [leafSource(this.brokersSecret), this.trusted()] }),
      },
      ...this.clientListeners.flatMap(({ name, authentication }) =>
        authentication?.clientCa
          ? [
              {
                config: {
                  folder: clientCaFolder(name),
                  hasLeaf: false,
                  dnsNames: [],
                  reload: 'dynamic' as const,
                },
                sources: [authentication.clientCa._toSource(CERTIFICATE_FILES.trusted)],
              },
            ]
          : [],
      ),
    ];
  }

  /** What the topic synchronisation has. */
  topicSyncSources(): unknown {
    return Lazy.any({ produce: () => [leafSource(this.topicsSecret), this.trusted()] });
  }

  /** What is wrong with who issues; empty when all is well. */
  errors(): string[] {
    if (!this.isTls) {
      return [];
    }
    if (!this.issuer) {
      return [
        `cluster '${this.clusterName}' has TLS listeners and nobody issues its certificates; add ` +
          "new CertRotation(this, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() })",
      ];
    }
    const { kind } = this.issuer;
    return [...this.withKeys(), ...this.withoutClientCa(kind)];
  }

  /** Bundles that are no bundles: Secrets with the keys of an authority. */
  private withKeys(): string[] {
    const bundles = [
      this.issuer?._source.caBundle,
      ...this.clientListeners.map(({ authentication }) => authentication?.clientCa),
    ];
    const secrets = [this.clusterName, `${this.clusterName}-controllers`].map(caSecretName);
    return bundles
      .filter((bundle) => bundle !== undefined)
      .filter((bundle) => bundle._isSecret && secrets.includes(bundle.name))
      .map(
        ({ name }) =>
          `a CaBundle of cluster '${this.clusterName}' is Secret '${name}', which holds the keys of an authority, for its ` +
          `workload alone; name '${this.brokersSecret}', or leave it out`,
      );
  }

  private withoutClientCa(kind: string): string[] {
    return this.clientListeners
      .filter(({ authentication: a }) => kind !== 'built-in' && a?.kind === 'mutual-tls' && !a.clientCa)
      .map(
        ({ name }) =>
          `listener ${name} of cluster '${this.clusterName}' promises mutual TLS without a client CA; its certificates come ` +
          'from an issuer that serves others too, so say whose clients may enter: ' +
          "ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('...') })",
      );
  }

  private trusted(): object {
    const bundle = this.issuer?._source.caBundle ?? CaBundle.secret(this.brokersSecret);
    return bundle._toSource(CERTIFICATE_FILES.trusted);
  }
}
