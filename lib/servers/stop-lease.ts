/*
 * What makes the servers of a StatefulSet stop one after another: a Lease, and the rights of the agents on it.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { stopLeaseName } from '../seam/agent-config';
import { objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';
import { Rule } from '../kubernetes/rbac';

/**
 * Adds the Lease. It comes without a spec, so that agents need no right to create it, and applying the YAML again never
 * ends somebody's turn.
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

/**
 * Rules that let agents take turns, and see whether their StatefulSet is still there.
 *
 * @param statefulSets their names, asked for at synth as more may be added until then
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
