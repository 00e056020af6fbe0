/* RBAC rules of agents for planned stops, one after another. */
import { stopLeaseName } from '../seam/agent-config';
import { Rule } from '../kubernetes/rbac';

/** Rule of agents: to read the Leases of other StatefulSets. */
export function readStopLeases(statefulSets: () => readonly string[]): Rule {
  return {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: () => statefulSets().map(stopLeaseName),
    verbs: ['get'],
  };
}

/**
 * Rules of agents: to create, acquire and release the Leases, and to read their StatefulSets and the namespace, which show if
 * a pod will be replaced. Agents create a Lease with a PUT, so the right to create it is limited to its name.
 */
export function stopRules(namespace: string, statefulSets: readonly string[]): Rule[] {
  return [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: () => statefulSets.map(stopLeaseName),
      verbs: ['create', 'get', 'patch', 'update'],
    },
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: () => statefulSets,
      verbs: ['get'],
    },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: () => [namespace], verbs: ['get'] },
  ];
}
