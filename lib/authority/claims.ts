/* Names of the Secrets that an issuer writes. They are not objects of the app, so cdk8s cannot detect duplicates. */
import { Construct } from 'constructs';
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { ClusterContext } from '../cluster/cluster-context';
import { assertSecretNotManaged, claimSecret } from '../kubernetes/manifest';
import { caSecretName } from '../servers/pod-certificates';
import { clientCertificate, recoveryCertificates, serverCertificates } from './pkis';

/**
 * Reserves the names of the Secrets that an issuer writes for a cluster, and for clients that are declared later.
 *
 * @throws when another construct of the app writes one of them
 */
export function claimIssuedSecrets(
  scope: Construct,
  context: ClusterContext,
  issuer: CertificateIssuer,
): void {
  const { certificates, clusterName, namespace } = context;
  if (!certificates.isTls) {
    return;
  }
  const servers = serverCertificates(context).map(({ secret }) => secret);
  if (issuer._isSecret) {
    servers.forEach((secret) => assertSecretNotManaged(scope, namespace, secret));
    return;
  }
  const authority = issuer._isBuiltIn ? [caSecretName(clusterName)] : [];
  [...servers, ...authority].forEach((secret) => claimSecret(scope, namespace, secret));
  certificates.onRecovery(() =>
    recoveryCertificates(context).forEach(({ secret }) => claimSecret(scope, namespace, secret)),
  );
  certificates.onClient((client) => claimSecret(scope, namespace, clientCertificate(context, client).secret));
}
