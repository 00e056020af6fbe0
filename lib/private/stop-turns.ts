/*
 * What makes the servers of a StatefulSet stop one after another: a Lease, and the rights of the agents on it.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from './labels';
import { manifest } from './manifest';
import { Rule } from './rbac';

/** Name of the Lease of a StatefulSet. */
export function stopLeaseName(statefulSet: string): string {
  return `${statefulSet}-stop`;
}

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
 * @param leases names of the Leases, perhaps known only at synth
 * @param statefulSets names of the StatefulSets, likewise
 */
export function takesTurns(leases: unknown, statefulSets: unknown): Rule[] {
  return [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: leases,
      verbs: ['get', 'update'],
    },
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: statefulSets, verbs: ['get'] },
  ];
}
