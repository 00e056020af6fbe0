/*
 * Certificates of the brokers and clients of a cluster. The issuer is known only when the whole app is defined, so volumes
 * and lists are produced at synth.
 */
import { Lazy } from 'cdk8s';
import { assertProps } from '../input/props';
import { Settings } from '../kafka/properties';
import { CaBundle } from '../kubernetes/ca-bundle';
import { PACKAGE_APP_NAMES } from '../kubernetes/labels';
import { assertLength } from '../kubernetes/names';
import { ClientListener } from '../network/client-listener';
import { KAFKA_CLIENT_PROPS, KafkaClient } from '../network/kafka-client';
import { Listener, clientCaFolder } from '../network/listeners';
import { serverPrincipalNames } from '../network/super-users';
import { CERTIFICATE_FILES, CERTIFICATE_SETS } from '../seam/agent-config';
import { PodCertificates, caSecretName, keyPairSource } from '../servers/pod-certificates';
import { CertificateIssuer } from './certificate-issuer';
import { PrincipalFacts, principalErrors, principalWarnings } from './principal-checks';
import { clientSecretName, recoverySecretName, topicsSecretName } from './secret-names';

/** Certificates of the brokers of a cluster and of its clients. */
export class ClusterCertificates {
  private issuer?: CertificateIssuer;
  private isIssuedForBrokers = false;
  private readonly byName = new Map<string, KafkaClient>();
  /** Names of clients whose Secrets are used. */
  private readonly named = new Set<string>();
  private readonly clientCallbacks: ((client: KafkaClient) => void)[] = [];
  private isRecovered = false;
  private readonly recoveryCallbacks: (() => void)[] = [];

  constructor(
    private readonly clusterName: string,
    /** Listeners of every broker; listeners may be added. */
    private readonly listeners: readonly Listener[],
    /** Client listeners of every broker; listeners may be added. */
    private readonly clientListeners: readonly ClientListener[],
    /** Host names of brokers, in addition to the host name of each pod. */
    readonly dnsNames: readonly string[],
    /** Secret with the private keys of the CA of the metadata store. */
    private readonly metadataCaSecret: string,
  ) {}

  /** True if any listener of the brokers uses TLS. */
  get isTls(): boolean {
    return this.listeners.some(({ certificates }) => certificates !== undefined);
  }

  /** True if the certificates are from Secrets of the user, whose common names are unknown. */
  get isOwnPki(): boolean {
    return this.issuer?._isSecret === true;
  }

  /** Declared clients, in the order of their declaration. */
  get clients(): KafkaClient[] {
    return [...this.byName.values()];
  }

  /** @throws when the cluster has an issuer already */
  setIssuer(issuer: CertificateIssuer): void {
    if (this.issuer) {
      throw new Error(
        `cluster '${this.clusterName}' has two CertRotations; a cluster has one issuer of certificates, so keep one`,
      );
    }
    this.issuer = issuer;
    this.isIssuedForBrokers = this.isTls;
  }

  /** @throws when the name of a client is not valid for a certificate and a Secret, or is taken */
  addClient(client: KafkaClient): void {
    const owner = `a client of cluster '${this.clusterName}'`;
    assertProps(owner, client, KAFKA_CLIENT_PROPS);
    const { clientName, peers } = client;
    const secret = clientSecretName(this.clusterName, clientName);
    if (peers === undefined && PACKAGE_APP_NAMES.includes(clientName)) {
      throw new Error(
        `clientName '${clientName}' of cluster '${this.clusterName}' selects the pods labeled ` +
          `app.kubernetes.io/name: ${clientName}, which are the cluster's own; use another name, or set 'peers'`,
      );
    }
    assertLength('Secret name', secret, 63, 'clusterName or clientName');
    if (serverPrincipalNames(this.clusterName).includes(clientName) || this.byName.has(clientName)) {
      throw new Error(
        `clientName '${clientName}' is used twice in cluster '${this.clusterName}', or is the principal of one of its ` +
          'servers; use another name',
      );
    }
    this.byName.set(clientName, client);
    this.clientCallbacks.forEach((callback) => callback(client));
  }

  /** Calls back for each client, including clients that are declared later. */
  onClient(callback: (client: KafkaClient) => void): void {
    this.clients.forEach(callback);
    this.clientCallbacks.push(callback);
  }

  /** True if the cluster has a recovery. */
  get hasRecovery(): boolean {
    return this.isRecovered;
  }

  /** Declares that the cluster has a recovery, which needs a certificate. */
  declareRecovery(): void {
    this.isRecovered = true;
    this.recoveryCallbacks.forEach((callback) => callback());
  }

  /** Calls back if the cluster has a recovery, also if it is declared later. */
  onRecovery(callback: () => void): void {
    if (this.isRecovered) {
      callback();
    } else {
      this.recoveryCallbacks.push(callback);
    }
  }

  /** Secret with the certificate of the recovery. */
  get recoverySecret(): string {
    return this.issuer?._source.secretName ?? recoverySecretName(this.clusterName);
  }

  /** Secret with the certificate of the brokers. */
  get brokersSecret(): string {
    return this.issuer?._source.secretName ?? `${this.clusterName}-tls`;
  }

  /** Secret with the certificate of the topic synchronization. */
  get topicsSecret(): string {
    const { secretName, topicsSecretName: topics } = this.issuer?._source ?? {};
    return topics ?? secretName ?? topicsSecretName(this.clusterName);
  }

  /** Secret with the certificate of a client, which can be declared later. */
  clientSecret(clientName: string): string {
    this.named.add(clientName);
    return clientSecretName(this.clusterName, clientName);
  }

  /** Certificates that brokers mount: the certificate of the brokers, and the CAs of listeners with a client CA. */
  brokerCertificates(): PodCertificates[] {
    if (!this.isTls) {
      return [];
    }
    return [
      {
        config: {
          folder: CERTIFICATE_SETS.cluster,
          hasCertificate: true,
          dnsNames: this.dnsNames,
          reload: 'dynamic',
        },
        sources: Lazy.any({ produce: () => [keyPairSource(this.brokersSecret), this.trustedSource()] }),
      },
      ...this.clientListeners.flatMap((listener) => clientCaCertificates(listener)),
    ];
  }

  /** Sources of the certificate volume of the topic synchronization. */
  topicSyncSources(): unknown {
    return Lazy.any({ produce: () => [keyPairSource(this.topicsSecret), this.trustedSource()] });
  }

  /** Sources of the certificate volume of the recovery. */
  recoverySources(): unknown {
    return Lazy.any({ produce: () => [keyPairSource(this.recoverySecret), this.trustedSource()] });
  }

  /** Warnings of clients with more rights than the user may expect, once the whole app is defined. */
  warnings(config: Settings): string[] {
    return principalWarnings(this.principalFacts(config));
  }

  /** Errors of clients and of the issuer, once the whole app is defined. */
  errors(): string[] {
    return [...this.undeclaredClients(), ...this.issuerErrors()];
  }

  private undeclaredClients(): string[] {
    const declared = [...this.byName.keys()];
    return [...this.named]
      .filter((name) => !declared.includes(name))
      .map(
        (name) =>
          `clientSecretName('${name}') of cluster '${this.clusterName}' names a client that is not declared, so nothing writes ` +
          `its Secret; add { clientName: '${name}' } to clients, or name one of: ${declared.join(', ') || '(none)'}`,
      );
  }

  private issuerErrors(): string[] {
    if (!this.isTls) {
      return [];
    }
    if (!this.issuer) {
      return [
        `cluster '${this.clusterName}' has TLS listeners and no issuer of certificates; add ` +
          "new CertRotation(this, 'Certificates', { cluster, issuer: CertificateIssuer.builtIn() })",
      ];
    }
    if (!this.isIssuedForBrokers) {
      return [
        `cluster '${this.clusterName}' got its first TLS listener after its CertRotation, which issues no certificate for it; ` +
          'add listeners before the CertRotation',
      ];
    }
    return [
      ...this.bundlesWithKeys(this.issuer),
      ...this.listenersWithoutClientCa(this.issuer),
      ...principalErrors(this.principalFacts({})),
    ];
  }

  private principalFacts(config: Settings): PrincipalFacts {
    const { clientListeners, clients, clusterName, issuer } = this;
    return { clientListeners, clients, clusterName, config, issuer };
  }

  /** Errors of CA bundles that refer to the Secret of a CA. It contains the private keys of the CA. */
  private bundlesWithKeys(issuer: CertificateIssuer): string[] {
    const bundles = [
      issuer._source.caBundle,
      ...this.clientListeners.map(({ authentication }) => authentication?.clientCa),
    ];
    const secrets = [caSecretName(this.clusterName), this.metadataCaSecret];
    return bundles
      .filter((bundle) => bundle !== undefined)
      .filter((bundle) => bundle._isSecret && secrets.includes(bundle.name))
      .map(
        ({ name }) =>
          `a CaBundle of cluster '${this.clusterName}' is the Secret '${name}', which contains the private keys of a CA; ` +
          `use '${this.brokersSecret}', or leave it out`,
      );
  }

  private listenersWithoutClientCa(issuer: CertificateIssuer): string[] {
    return this.clientListeners
      .filter(({ authentication: a }) => !issuer._isBuiltIn && a?._method === 'mutual-tls' && !a.clientCa)
      .map(
        ({ name }) =>
          `listener ${name} of cluster '${this.clusterName}' has mutual TLS without a client CA; its issuer also certifies ` +
          'others, so name the CA of its clients: ' +
          "ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('...') })",
      );
  }

  private trustedSource(): object {
    const bundle = this.issuer?._source.caBundle;
    // Some issuers write no ca.crt. The agent then logs that it is missing; the mount of the key waits for the Secret itself.
    return bundle
      ? bundle._toSource(CERTIFICATE_FILES.trusted)
      : CaBundle.secret(this.brokersSecret)._toSource(CERTIFICATE_FILES.trusted, !this.issuer?._isBuiltIn);
  }
}

function clientCaCertificates({ name, authentication }: ClientListener): PodCertificates[] {
  if (!authentication?.clientCa) {
    return [];
  }
  return [
    {
      config: { folder: clientCaFolder(name), hasCertificate: false, dnsNames: [], reload: 'dynamic' },
      sources: [authentication.clientCa._toSource(CERTIFICATE_FILES.trusted)],
    },
  ];
}
