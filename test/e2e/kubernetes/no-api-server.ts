/**
 * A network policy that lets pods reach all pods, so everything but the API server, which is none. It leaves connections
 * alone that are there, and takes a moment until it holds.
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
