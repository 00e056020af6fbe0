import { HostAlias } from 'cdk8s-plus-27';
import { PropTable, optional, struct } from '../input/props';
import { assertObjectName } from '../kubernetes/names';
import { ANNOTATIONS, LABELS, assertPodMetadata } from '../kubernetes/pod-metadata';
import { HOST_ALIAS, POD_DNS_OPTIONS, PodDnsOptions, dnsFields } from './pod-dns';
import { POD_SECURITY, PodSecurity } from './pod-security';
import { listOf, text } from '../input/kinds';

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
  podLabels: optional(LABELS),
  podAnnotations: optional(ANNOTATIONS),
  imagePullSecrets: optional(listOf(text('registry-credentials'))),
  priorityClassName: optional(text('kafka')),
  securityContext: optional(POD_SECURITY),
  runtimeClassName: optional(text('gvisor')),
  dns: optional(struct(POD_DNS_OPTIONS)),
  hostAliases: optional(listOf(struct(HOST_ALIAS))),
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
