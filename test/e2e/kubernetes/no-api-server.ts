/**
 * A NetworkPolicy that allows connections to all pods. The API server is not a pod, so it is blocked. Existing connections stay
 * open, and the policy applies with a delay.
 */
export function noApiServer(
  namespace: string,
  name: string,
  podSelector: { readonly matchLabels?: Readonly<Record<string, string>> } = {},
): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: { podSelector, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }] }] },
  };
}
