/*
 * Certificates by cert-manager. Brokers take any form of key over, as the agent writes the file that Kafka reads; the
 * form chosen here serves clients too.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { LeafConfig } from '../seam/agent-config';
import { ClusterContext } from '../cluster/cluster-context';
import { manifest } from '../kubernetes/manifest';
import { clientLeaf, serverLeaves } from './pkis';

/** Adds a Certificate for everything that the cluster needs one for, and for every client that is declared. */
export function certManagerCertificates(
  scope: Construct,
  context: ClusterContext,
  issuer: CertificateIssuer,
): ApiObject[] {
  if (!context.certificates.isTls) {
    return [];
  }
  const made = serverLeaves(context).map((leaf) => certificate(scope, context.namespace, issuer, leaf));
  context.certificates.onClient((client) =>
    made.push(certificate(scope, context.namespace, issuer, clientLeaf(context, client))),
  );
  return made;
}

function certificate(
  scope: Construct,
  namespace: string,
  { _lifetimes: { leafSeconds = 0 }, _source: { issuerRef } }: CertificateIssuer,
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
      duration: `${leafSeconds}s`,
      renewBefore: `${Math.floor(leafSeconds / 3)}s`,
      // Kafka reads PKCS#8 only, and a key that is never changed is as old as the cluster.
      privateKey: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth', 'client auth'],
      // Key and chain in one file, as Kafka's Java clients read them.
      additionalOutputFormats: [{ type: 'CombinedPEM' }],
      issuerRef: {
        name: issuerRef?.name,
        kind: issuerRef?.kind ?? 'Issuer',
        group: issuerRef?.group ?? 'cert-manager.io',
      },
    },
  });
}
