import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { cut, format, quoted } from '../input/format';

/** DNS label (RFC 1035), valid for Services and host names. */
const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Maximum length of the host name of a pod. */
const POD_NAME_LIMIT = 63;

/**
 * Maximum length of the name of a StatefulSet. Its controller adds a dash and a hash of up to ten characters for the label
 * `controller-revision-hash`, which has at most 63. The API server accepts a longer name, but no pod can then be created.
 */
const STATEFUL_SET_LIMIT = 52;

/** Maximum length of the name of a CronJob (limit of the API server). The names of its Jobs have eleven more characters. */
export const CRON_JOB_LIMIT = 52;

/** @throws when the value is not a DNS label */
export function assertLabel(property: string, value: string): void {
  if (typeof value !== 'string' || !LABEL.test(value)) {
    throw new Error(
      `${property} ${quoted(value)} is not a DNS label; use lower-case letters, digits and '-', starting with a letter`,
    );
  }
}

/** DNS subdomain (RFC 1123), without its maximum length. */
export const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const IMAGE_TAG = /^(.*?)(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$/;
const IMAGE_HOST =
  /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(:\d{1,5})?$/;
const IMAGE_PATH = /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*$/;

/**
 * Checks the name of a container image.
 *
 * @param example an image that fits the property, for the message
 * @throws when the value is not the name of a container image
 */
export function assertImage(property: string, image: unknown, example: string): void {
  if (typeof image !== 'string' || image.length > 400 || !isImage(image)) {
    const isLower = typeof image !== 'string' || image === image.toLowerCase();
    throw new Error(
      `${property} is ${format(image)}, which is not an image name${isLower ? '' : ' (only tags can have capital letters)'}; ` +
        `expected for example '${example}'`,
    );
  }
}

function isImage(image: string): boolean {
  const parts = image.split('/');
  const name = IMAGE_TAG.exec(parts.pop()!)?.[1];
  const isHost = parts.length > 0 && /[.:A-Z]|^localhost$/.test(parts[0]);
  const path = [...(isHost ? parts.slice(1) : parts), name ?? ''];
  return (!isHost || IMAGE_HOST.test(parts[0])) && path.every((part) => IMAGE_PATH.test(part));
}

/** @throws when the name is not a valid Kubernetes object name */
export function assertObjectName(property: string, name: string): void {
  if (typeof name !== 'string' || !SUBDOMAIN.test(name) || name.length > 253) {
    throw new Error(
      `${property} ${quoted(name)} is not a valid Kubernetes object name (up to 253 lower-case letters, digits, '-' and '.')`,
    );
  }
}

/** @throws when a name built from `parts` is too long */
export function assertLength(what: string, name: string, limit: number, parts: string): void {
  if (name.length > limit) {
    throw new Error(
      `${what} '${cut(name)}' has ${name.length} characters, at most ${limit} are allowed; shorten ${parts} by ${name.length - limit}`,
    );
  }
}

/** @throws when the name of a StatefulSet or of its pods is too long */
export function assertStatefulSetName(name: string, highestOrdinal: number, parts: string): void {
  assertLength('StatefulSet name', name, STATEFUL_SET_LIMIT, parts);
  assertLength('pod name', `${name}-${highestOrdinal}`, POD_NAME_LIMIT, parts);
}

/** @throws when a host name is too long for DNS */
export function assertHostName(host: string): void {
  assertLength('host name', host, 253, 'the names in it, the namespace or the cluster domain');
}

/**
 * The namespace of a construct's objects. Host names and certificates contain it, so it must be known at synth.
 *
 * @throws when the chart has no namespace
 */
export function namespaceOf(scope: IConstruct): string {
  const chart = Chart.of(scope);
  if (!chart.namespace) {
    throw new Error(
      `chart '${chart.node.id}' has no namespace, which host names of brokers contain; ` +
        `use new Chart(app, '${chart.node.id}', { namespace: '...' })`,
    );
  }
  assertNamespace(chart.namespace);
  return chart.namespace;
}

/** @throws when a namespace is not a DNS label */
export function assertNamespace(namespace: string): void {
  const isText = typeof (namespace as unknown) === 'string';
  if (!isText || namespace.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) {
    throw new Error(
      `namespace ${quoted(namespace)} is not a DNS label; use up to 63 lower-case letters, digits and '-'`,
    );
  }
}

/**
 * The DNS domain of the Kubernetes cluster.
 *
 * @throws when the value is not a DNS domain
 */
export function clusterDomainOf(given: string = 'cluster.local'): string {
  const isText = typeof (given as unknown) === 'string';
  if (!isText || given.length > 253 || !DOMAIN.test(given)) {
    throw new Error(
      `clusterDomain ${quoted(given)} is not a DNS domain; use the kubelet's --cluster-domain, ` +
        "for example 'cluster.local'",
    );
  }
  return given;
}

const DOMAIN = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
