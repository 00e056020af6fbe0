import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from './labels';
import { manifest } from './manifest';

/**
 * Adds a Service without an address of its own, so that every pod has a host name. It lists pods that are not ready
 * too: servers need each other in order to become ready.
 */
export function headlessService(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  ports: { name: string; port: number }[],
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector,
      ports: ports.map((port) => ({ ...port, targetPort: port.name })),
    },
  });
}

/** Adds a Service that leads to ready pods only. */
export function clusterIpService(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  ports: { name: string; port: number }[],
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: objectLabels(selector) },
    spec: { selector, ports: ports.map((port) => ({ ...port, targetPort: port.name })) },
  });
}

/** Adds a budget that lets one pod of a workload be evicted at a time. */
export function podDisruptionBudget(
  scope: Construct,
  namespace: string,
  name: string,
  selector: Record<string, string>,
): ApiObject {
  return manifest(scope, 'DisruptionBudget', namespace, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      maxUnavailable: 1,
      // An unready pod may be the last one that has some record: it is evicted only while all others are healthy.
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
      selector: { matchLabels: selector },
    },
  });
}

/** Adds the ConfigMap in which agents remember who has been in sync. */
export function ledgerConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  selector: Record<string, string>,
): ApiObject {
  return runtimeConfigMap(scope, 'Ledger', namespace, name, selector);
}

/**
 * Adds a ConfigMap that only our programs write. It comes without data, so that applying the YAML again never undoes what
 * they wrote.
 */
export function runtimeConfigMap(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: objectLabels(selector) },
  });
}
