import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { format } from '../input/kinds';

/** DNS label that may start a host name and a Service: RFC 1035. */
const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Longest name of a pod's host. */
const POD_NAME_LIMIT = 63;

/**
 * The controller adds a hash of up to ten characters and a dash for the label `controller-revision-hash`, which may
 * have 63. A longer name is accepted by the API server and then no pod can be made.
 */
const STATEFUL_SET_LIMIT = 52;

/** The API server's own limit: it adds eleven characters for a Job's name. */
export const CRON_JOB_LIMIT = 52;

/** @throws when `value` cannot start a name of Kubernetes objects */
export function assertLabel(property: string, value: string): void {
  if (typeof value !== 'string' || !LABEL.test(value)) {
    throw new Error(
      `${property} '${value}' is not a DNS label; use lower case letters, digits and '-', starting with a letter`,
    );
  }
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** @throws when something cannot be the name of a container image */
export function assertImage(property: string, image: unknown): void {
  if (typeof image !== 'string' || !/^[\w./:@-]+$/.test(image)) {
    throw new Error(
      `${property} is ${format(image)}, which is no name of an image; write for example 'registry.example.com/kafka:4.4.0'`,
    );
  }
}

/** @throws when a name that a user gives is none that an object of Kubernetes can have */
export function assertObjectName(property: string, name: string): void {
  if (typeof name !== 'string' || !SUBDOMAIN.test(name) || name.length > 253) {
    throw new Error(
      `${property} is '${name}', which no object of Kubernetes can be called; use up to 253 lower case letters, digits, '-' and '.'`,
    );
  }
}

/** @throws when a name made from `parts` is too long for what it names */
export function assertLength(what: string, name: string, limit: number, parts: string): void {
  if (name.length > limit) {
    throw new Error(
      `${what} '${name}' has ${name.length} characters, ${limit} are allowed; shorten ${parts} by ${name.length - limit}`,
    );
  }
}

/** @throws when a StatefulSet, or one of its pods, would get too long a name */
export function assertStatefulSetName(name: string, highestOrdinal: number, parts: string): void {
  assertLength('StatefulSet name', name, STATEFUL_SET_LIMIT, parts);
  assertLength('pod name', `${name}-${highestOrdinal}`, POD_NAME_LIMIT, parts);
}

/** @throws when a host name is longer than DNS allows */
export function assertHostName(host: string): void {
  assertLength('host name', host, 253, 'the names it is made of, the namespace or the cluster domain,');
}

/**
 * The namespace that a construct's objects go to. Addresses and certificate names contain it, so it must be known.
 *
 * @throws when the chart names none
 */
export function namespaceOf(scope: IConstruct): string {
  const chart = Chart.of(scope);
  if (!chart.namespace) {
    throw new Error(
      `chart '${chart.node.id}' names no namespace, and addresses of brokers contain it; ` +
        `write new Chart(app, '${chart.node.id}', { namespace: '...' })`,
    );
  }
  assertNamespace(chart.namespace);
  return chart.namespace;
}

function assertNamespace(namespace: string): void {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace) || namespace.length > 63) {
    throw new Error(
      `namespace '${namespace}' is not a DNS label; use up to 63 lower case letters, digits and '-'`,
    );
  }
}

/**
 * The DNS domain of the Kubernetes cluster.
 *
 * @throws when it is no domain
 */
export function clusterDomainOf(given: string = 'cluster.local'): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/.test(given)) {
    throw new Error(
      `clusterDomain '${given}' is no DNS domain; write it as kubelets have it, for example 'cluster.local'`,
    );
  }
  return given;
}
