/*
 * Listeners, clients and issuers with all their properties, for the cases.
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

/** Authentication by certificates of another CA. */
export const mutualTls: Required<MutualTlsOptions> = {
  clientCa: CaBundle.configMap('partners', 'bundle.pem'),
};

/** A TLS listener with all properties. */
export const tlsListener: Required<TlsListenerOptions> = {
  name: 'PARTNERS',
  port: 9192,
  authentication: ClientAuthentication.mutualTls(mutualTls),
};

/** A plaintext listener with all properties. */
export const plaintextListener: Required<PlaintextListenerOptions> = { name: 'TRIAL', port: 9392 };

/** Every type of listener. */
export const listeners = [
  ClientListener.tls(),
  ClientListener.tls(tlsListener),
  ClientListener.tls({ name: 'USERS', port: 9292, authentication: ClientAuthentication.scramSha512() }),
  ClientListener.tls({ name: 'OPEN', port: 9293, authentication: ClientAuthentication.none() }),
  ClientListener.plaintext(plaintextListener),
];

/** A client with all properties. */
export const client: Required<KafkaClient> = {
  clientName: 'shop',
  peers: [
    NetworkPeer.pods({ app: 'shop' }),
    NetworkPeer.namespaces({ team: 'shop' }),
    NetworkPeer.namespaces({ team: 'shop' }, { app: 'shop' }),
    NetworkPeer.addresses('10.0.0.0/8'),
  ],
};

/** The built-in issuer with all properties. */
export const builtIn: Required<BuiltInIssuerOptions> = {
  caLifetime: Duration.days(365),
  certificateLifetime: Duration.days(10),
  overlap: Duration.days(3),
};

/** A reference to an issuer of cert-manager with all properties. */
export const issuerRef: Required<IssuerReference> = {
  name: 'company',
  kind: 'ClusterIssuer',
  group: 'cert-manager.io',
};

/** cert-manager with all properties. */
export const certManager: Required<CertManagerIssuerOptions> = {
  issuerRef,
  caBundle: CaBundle.configMap('company-roots'),
  certificateLifetime: Duration.days(60),
};

/** Secrets with all properties. */
export const secretIssuer: Required<SecretIssuerOptions> = {
  secretName: 'kafka-brokers',
  topicsSecretName: 'kafka-topics',
  caBundle: CaBundle.secret('company-roots', 'roots.pem'),
};
