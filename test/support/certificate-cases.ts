/*
 * Listeners, clients and issuers with everything that they take, for the cases.
 */
import { Duration } from 'cdk8s';
import {
  BuiltInIssuerOptions,
  CaBundle,
  CertManagerIssuerOptions,
  ClientAuthentication,
  ClientListener,
  IssuerReference,
  KafkaClient,
  MutualTlsOptions,
  NetworkPeer,
  PlaintextListenerOptions,
  SecretIssuerOptions,
  TlsListenerOptions,
} from '../../lib';

/** Clients of others. */
export const mutualTls: Required<MutualTlsOptions> = {
  clientCa: CaBundle.configMap('partners', 'bundle.pem'),
};

/** A listener with everything. */
export const tlsListener: Required<TlsListenerOptions> = {
  name: 'PARTNERS',
  port: 9192,
  authentication: ClientAuthentication.mutualTls(mutualTls),
};

/** A listener without protection. */
export const plaintextListener: Required<PlaintextListenerOptions> = { name: 'TRIAL', port: 9392 };

/** Every kind of listener. */
export const listeners = [
  ClientListener.tls(),
  ClientListener.tls(tlsListener),
  ClientListener.tls({ name: 'USERS', port: 9292, authentication: ClientAuthentication.scramSha512() }),
  ClientListener.tls({ name: 'OPEN', port: 9293, authentication: ClientAuthentication.none() }),
  ClientListener.plaintext(plaintextListener),
];

/** A declared client with everything. */
export const client: Required<KafkaClient> = {
  clientName: 'shop',
  from: [
    NetworkPeer.pods({ app: 'shop' }),
    NetworkPeer.namespaces({ team: 'shop' }),
    NetworkPeer.namespaces({ team: 'shop' }, { app: 'shop' }),
    NetworkPeer.addresses('10.0.0.0/8'),
  ],
};

/** The built-in issuer with everything. */
export const builtIn: Required<BuiltInIssuerOptions> = {
  caLifetime: Duration.days(365),
  certificateLifetime: Duration.days(10),
  overlap: Duration.days(3),
};

/** An issuer of cert-manager with everything. */
export const issuerRef: Required<IssuerReference> = {
  name: 'company',
  kind: 'ClusterIssuer',
  group: 'cert-manager.io',
};

/** cert-manager with everything. */
export const certManager: Required<CertManagerIssuerOptions> = {
  issuerRef,
  caBundle: CaBundle.configMap('company-roots'),
  certificateLifetime: Duration.days(60),
};

/** Secrets with everything. */
export const secretIssuer: Required<SecretIssuerOptions> = {
  secretName: 'kafka-brokers',
  topicsSecretName: 'kafka-topics',
  caBundle: CaBundle.secret('company-roots', 'roots.pem'),
};
