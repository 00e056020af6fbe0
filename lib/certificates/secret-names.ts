/** Secret with the certificate of a declared client. */
export function clientSecretName(clusterName: string, clientName: string): string {
  return `${clusterName}-client-${clientName}`;
}

/** Secret with the certificate of the topic synchronization, unless the user names another one. */
export function topicsSecretName(clusterName: string): string {
  return `${clusterName}-topics-tls`;
}
