/* The stop Lease of a StatefulSet, with which its servers stop one after another, and the RBAC rules of agents for it. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { stopLeaseName } from '../seam/agent-config';
import { objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';
import { Rule } from '../kubernetes/rbac';

/**
 * Adds the Lease. It has no spec: agents then need no permission to create it, and applying the YAML again never releases it
 * from its holder.
 */
export function stopLease(
  scope: Construct,
  namespace: string,
  statefulSet: string,
  selector: Record<string, string>,
): ApiObject {
  return manifest(scope, 'StopLease', namespace, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: stopLeaseName(statefulSet), labels: objectLabels(selector) },
  });
}

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
 * Rules of agents: to acquire and release the Leases, and to read their StatefulSets.
 *
 * @param statefulSets names of the StatefulSets
 */
export function stopLeaseRules(statefulSets: readonly string[]): Rule[] {
  return [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: () => statefulSets.map(stopLeaseName),
      verbs: ['get', 'update'],
    },
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: () => statefulSets,
      verbs: ['get'],
    },
  ];
}
