import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels } from './labels';
import { manifest } from './manifest';

/** A port of a Service and of its pods. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
}

// By name, so that the Service follows the pods.
function servicePort(port: ServicePort): object {
  return { ...port, targetPort: port.name };
}

/**
 * Adds a headless Service, so that every pod has a host name. It publishes pods that are not ready: servers need each other
 * to become ready.
 */
export function headlessService(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  ports: () => ServicePort[],
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector,
      ports: Lazy.any({ produce: () => ports().map(servicePort) }),
    },
  });
}

/**
 * Adds a Service with a cluster IP.
 *
 * @param endpoints `ready` or `all` pods
 */
export function clusterIpService(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  ports: () => ServicePort[],
  endpoints: 'ready' | 'all',
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      ...(endpoints === 'all' ? { publishNotReadyAddresses: true } : {}),
      selector,
      ports: Lazy.any({ produce: () => ports().map(servicePort) }),
    },
  });
}

/** Adds a PodDisruptionBudget that allows one pod of a workload to be evicted at a time. */
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
      // A pod that is not ready can have the last replica of a partition: it is evicted only while all others are healthy.
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
      selector: { matchLabels: selector },
    },
  });
}

/** Adds the ledger: the ConfigMap in which agents record the servers that have been in sync. */
export function ledgerConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  selector: Record<string, string>,
): ApiObject {
  return runtimeConfigMap(scope, 'Ledger', namespace, name, selector);
}

/**
 * Adds a ConfigMap whose data only the package's programs write. It has no data in the YAML, so that applying the YAML again
 * keeps what they wrote.
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
