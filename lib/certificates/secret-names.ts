import { text } from '../input/kinds';
import { assertLabel } from '../kubernetes/names';

/**
 * Secret with the certificate of a declared client.
 *
 * @throws when the name is not that of a client
 */
export function clientSecretName(clusterName: string, clientName: string): string {
  text('billing').assert('clientName', clientName);
  assertLabel('clientName', clientName);
  return `${clusterName}-client-${clientName}`;
}

/** Secret with the certificate of the recovery, unless the certificates are from Secrets of the user. */
export function recoverySecretName(clusterName: string): string {
  return `${clusterName}-recovery-tls`;
}

/** Secret with the certificate of the topic synchronization, unless the user names another one. */
export function topicsSecretName(clusterName: string): string {
  return `${clusterName}-topics-tls`;
}
