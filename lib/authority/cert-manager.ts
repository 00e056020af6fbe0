/*
 * Certificates from cert-manager. Brokers accept any key format, because the agent writes the keystore that Kafka reads; the
 * format chosen here also suits clients.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { LeafConfig } from '../seam/agent-config';
import { ClusterContext } from '../cluster/cluster-context';
import { manifest } from '../kubernetes/manifest';
import { clientCertificate, recoveryCertificates, serverCertificates } from './pkis';

/** Adds a Certificate for the brokers, for the topic synchronization, and for each declared client. */
export function certManagerCertificates(
  scope: Construct,
  context: ClusterContext,
  issuer: CertificateIssuer,
): ApiObject[] {
  if (!context.certificates.isTls) {
    return [];
  }
  const added = serverCertificates(context).map((leaf) =>
    certificate(scope, context.namespace, issuer, leaf),
  );
  const { certificates } = context;
  certificates.onClient((client) =>
    added.push(certificate(scope, context.namespace, issuer, clientCertificate(context, client))),
  );
  certificates.onRecovery(() =>
    added.push(
      ...recoveryCertificates(context).map((leaf) => certificate(scope, context.namespace, issuer, leaf)),
    ),
  );
  return added;
}

function certificate(
  scope: Construct,
  namespace: string,
  { _lifetimes: { certificateSeconds = 0 }, _source: { issuerRef } }: CertificateIssuer,
  { commonName, dnsNames, labels, secret }: LeafConfig,
): ApiObject {
  return manifest(scope, `Certificate-${secret}`, namespace, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: secret, labels },
    spec: {
      secretName: secret,
      secretTemplate: { labels },
      commonName,
      dnsNames,
      duration: `${certificateSeconds}s`,
      renewBefore: `${Math.floor(certificateSeconds / 3)}s`,
      // Kafka reads only PKCS#8. Without rotation the key would be as old as the cluster.
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth', 'client auth'],
      // Key and chain in one file, the format of Kafka's Java clients.
      additionalOutputFormats: [{ type: 'CombinedPEM' }],
      issuerRef: {
        name: issuerRef?.name,
        kind: issuerRef?.kind ?? 'Issuer',
        group: issuerRef?.group ?? 'cert-manager.io',
      },
    },
  });
}
