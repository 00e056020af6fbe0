/* Names of the Secrets that an issuer makes: the app does not have them as objects, so it would not notice a clash. */
import { Construct } from 'constructs';
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { ClusterContext } from '../cluster/cluster-context';
import { assertSecretNotManaged, claimSecret } from '../kubernetes/manifest';
import { caSecretName } from '../certificates/cluster-certificates';
import { clientLeaf, serverLeaves } from './pkis';

/**
 * Keeps the names of the Secrets that an issuer makes for a cluster, and for clients that are declared later.
 *
 * @throws when another construct of the app has one of them written
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
  const servers = serverLeaves(context).map(({ secret }) => secret);
  if (issuer.kind === 'secret') {
    servers.forEach((secret) => assertSecretNotManaged(scope, namespace, secret));
    return;
  }
  const authority = issuer.kind === 'built-in' ? [caSecretName(clusterName)] : [];
  [...servers, ...authority].forEach((secret) => claimSecret(scope, namespace, secret));
  certificates.onClient((client) => claimSecret(scope, namespace, clientLeaf(context, client).secret));
}
