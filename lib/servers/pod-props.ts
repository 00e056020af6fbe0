import { DnsOption, DnsPolicy, HostAlias } from 'cdk8s-plus-27';
import { PropTable, assertProps } from '../input/props';
import { assertObjectName } from '../kubernetes/names';
import { assertPodMetadata } from '../kubernetes/pod-metadata';
import { PodSecurity } from './pod-security';

/** DNS settings of a pod. */
export interface PodDnsOptions {
  /**
   * DNS policy. With `DnsPolicy.NONE`, `nameservers` is needed.
   *
   * @default DnsPolicy.CLUSTER_FIRST
   */
  readonly policy?: DnsPolicy;

  /**
   * IP addresses of DNS servers, at most three.
   *
   * @default - those of the policy
   */
  readonly nameservers?: string[];

  /**
   * Search domains.
   *
   * @default - those of the policy
   */
  readonly searches?: string[];

  /**
   * Resolver options, for example `{ name: 'ndots', value: '2' }`.
   *
   * @default - those of the policy
   */
  readonly options?: DnsOption[];
}

/** Properties of every pod. Changing one restarts the pods, one by one where they run a server. */
export interface CommonPodProps {
  /**
   * Further labels of the pods.
   *
   * @default - none
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Further annotations of the pods.
   *
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };

  /**
   * Names of the Secrets with credentials for image registries.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * PriorityClass of the pods. Pods of brokers should not be preempted.
   *
   * @default - none
   */
  readonly priorityClassName?: string;

  /**
   * User and group ids of the pods.
   *
   * @default PodSecurity.ids()
   */
  readonly securityContext?: PodSecurity;

  /**
   * RuntimeClass of the pods.
   *
   * @default - that of the nodes
   */
  readonly runtimeClassName?: string;

  /**
   * DNS settings of the pods.
   *
   * @default - those of the Kubernetes cluster
   */
  readonly dns?: PodDnsOptions;

  /**
   * Entries for `/etc/hosts` of the pods.
   *
   * @default - none
   */
  readonly hostAliases?: HostAlias[];
}

/** Properties of CommonPodProps. */
export const COMMON_POD_PROPS: PropTable<CommonPodProps> = {
  podLabels: 'optional',
  podAnnotations: 'optional',
  imagePullSecrets: 'optional',
  priorityClassName: 'optional',
  securityContext: 'optional',
  runtimeClassName: 'optional',
  dns: 'optional',
  hostAliases: 'optional',
};

const POD_DNS_OPTIONS: PropTable<PodDnsOptions> = {
  policy: 'optional',
  nameservers: 'optional',
  searches: 'optional',
  options: 'optional',
};

/** Merges the properties of a construct into the defaults of its cluster. Labels and annotations are merged by key. */
export function mergePodProps(defaults: CommonPodProps, own: CommonPodProps): CommonPodProps {
  const names = Object.keys(COMMON_POD_PROPS) as (keyof CommonPodProps)[];
  const merged = Object.fromEntries(names.map((name) => [name, own[name] ?? defaults[name]]));
  return {
    ...merged,
    podLabels: { ...defaults.podLabels, ...own.podLabels },
    podAnnotations: { ...defaults.podAnnotations, ...own.podAnnotations },
  };
}

/**
 * Fields of a pod's spec.
 *
 * @throws when Kubernetes would reject a name, a label or an annotation
 */
export function podFields(owner: string, props: CommonPodProps): object {
  const { dns, hostAliases = [], imagePullSecrets = [], priorityClassName, runtimeClassName } = props;
  assertPodMetadata(owner, props.podLabels, props.podAnnotations);
  imagePullSecrets.forEach((name) => assertObjectName(`imagePullSecrets of ${owner}`, name));
  if (priorityClassName !== undefined) {
    assertObjectName(`priorityClassName of ${owner}`, priorityClassName);
  }
  if (runtimeClassName !== undefined) {
    assertObjectName(`runtimeClassName of ${owner}`, runtimeClassName);
  }
  return {
    securityContext: (props.securityContext ?? PodSecurity.ids())._toPodField(),
    ...(imagePullSecrets.length > 0 ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) } : {}),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    ...(dns === undefined ? {} : dnsFields(owner, dns)),
    ...(hostAliases.length > 0
      ? { hostAliases: hostAliases.map(({ ip, hostnames }) => ({ ip, hostnames: [...hostnames] })) }
      : {}),
  };
}

function dnsFields(owner: string, dns: PodDnsOptions): object {
  assertProps(`dns of ${owner}`, dns, POD_DNS_OPTIONS);
  const { policy, nameservers, searches, options } = dns;
  if (policy === DnsPolicy.NONE && !nameservers?.length) {
    throw new Error(`dns of ${owner} has the policy 'None' and no nameservers; give at least one nameserver`);
  }
  const config = { nameservers, searches, options };
  const isEmpty = Object.values(config).every((value) => value === undefined);
  return {
    ...(policy === undefined ? {} : { dnsPolicy: policy }),
    ...(isEmpty ? {} : { dnsConfig: config }),
  };
}
