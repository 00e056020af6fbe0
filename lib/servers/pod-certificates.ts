import { Construct } from 'constructs';
import { CaBundle } from '../kubernetes/ca-bundle';
import { claimSecret } from '../kubernetes/manifest';
import { CERTIFICATE_FILES, CERTIFICATE_SETS, CertificatesConfig } from '../seam/agent-config';

/** A set of certificates that a pod mounts. */
export interface PodCertificates {
  readonly config: CertificatesConfig;
  /** Sources of the projected volume; can be a Lazy. */
  readonly sources: unknown;
}

const KEY_PAIR_FILES = [CERTIFICATE_FILES.certificate, CERTIFICATE_FILES.key];

/** Certificate and key of a Secret of type kubernetes.io/tls, as a source of a projected volume. */
export function keyPairSource(secretName: string): object {
  return { secret: { name: secretName, items: KEY_PAIR_FILES.map((key) => ({ key, path: key })) } };
}

/** Secret with the certificate with which brokers connect to controllers or ZooKeeper servers. */
export function metadataClientSecretName(owner: string): string {
  return `${owner}-client-tls`;
}

/**
 * Certificates from the CA of controllers or ZooKeeper servers: those of the servers, and those of the brokers as their clients.
 *
 * @param reload 'restart' for Kafka servers, because neither Kafka's Raft client nor its ZooKeeper client reloads its files
 */
export function metadataCertificates(
  secretName: string,
  dnsNames: readonly string[],
  reload: CertificatesConfig['reload'],
): PodCertificates {
  return {
    config: { folder: CERTIFICATE_SETS.metadata, hasCertificate: true, dnsNames, reload },
    sources: [keyPairSource(secretName), CaBundle.secret(secretName)._toSource(CERTIFICATE_FILES.trusted)],
  };
}

/** Name of the Secret with the keys of a CA and the state of its rotation. */
export function caSecretName(owner: string): string {
  return `${owner}-ca`;
}

/**
 * Reserves the names of the Secrets of controllers or ZooKeeper servers: certificate, certificate of brokers, and CA.
 *
 * @throws when another construct of the app writes one of them
 */
export function claimMetadataSecrets(
  scope: Construct,
  namespace: string,
  name: string,
  tlsSecretName: string,
): void {
  [tlsSecretName, metadataClientSecretName(name), caSecretName(name)].forEach((secret) =>
    claimSecret(scope, namespace, secret),
  );
}
