/*
 * The authority: a Deployment of one pod that issues certificates. Only this pod reads the keys of the CAs. While it is
 * down, brokers are unaffected, and renewals wait.
 */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NodeGroup } from '../nodes/node-group';
import { AdmissionPolicy, admissionPolicy } from './admission-policy';
import { AuthorityConfig, FILES, PkiConfig } from '../seam/agent-config';
import { programChecksum, programConfigMap } from '../servers/agent-bundle';
import { checksum } from '../kubernetes/checksum';
import { ClusterContext } from '../cluster/cluster-context';
import { authorityNetworkPolicy } from '../cluster/cluster-network';
import { configMap } from '../kubernetes/config-map';
import { DOMAIN, objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';
import {
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  agentContainer,
  programVolumes,
} from '../servers/agent-containers';
import { placement } from '../nodes/scheduling';
import { agentSizingOf } from '../nodes/sizing';
import { CommonPodProps, podFields } from '../servers/pod-props';
import { CREATE_EVENTS, Rights, Rule, patchConfigMaps, role, serviceAccount } from '../kubernetes/rbac';
import { AgentResources } from '../servers/server-props';

/** The parts of an authority. */
export interface AuthorityWorkload {
  /** Name of the status ConfigMap. */
  readonly status: string;
  readonly selector: Record<string, string>;
  readonly nodeGroup: NodeGroup;
  readonly agentResources?: AgentResources;
  /** Properties of the pod. */
  readonly pod: CommonPodProps;
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  /** True to limit the rights of the account with a ValidatingAdmissionPolicy. */
  readonly hasAdmissionPolicy: boolean;
  /** Called at synth. */
  readonly pkis: () => PkiConfig[];
}

/** The objects of an authority. */
export interface AuthorityObjects extends Rights, Partial<AdmissionPolicy> {
  readonly deployment: ApiObject;
  readonly serviceAccount: ApiObject;
  readonly configMap: ApiObject;
  readonly programConfigMap?: ApiObject;
  readonly networkPolicy: ApiObject;
}

/** Adds the authority, if it has certificates to issue. */
export function authorityWorkload(
  scope: Construct,
  context: ClusterContext,
  workload: AuthorityWorkload,
): AuthorityObjects | undefined {
  const { pkis, selector } = workload;
  // The CAs are known now; their certificates are known at synth.
  if (pkis().length === 0) {
    return undefined;
  }
  const { clusterName, namespace, program } = context;
  const name = `${clusterName}-authority`;
  const labels = objectLabels(selector);
  const subject = { namespace, serviceAccount: name, labels };
  const render = () => agentConfig(context, workload);

  const account = serviceAccount(scope, subject, workload.serviceAccountAnnotations);
  const rights = role(scope, subject, rules(workload));
  const config = configMap(scope, 'Config', namespace, {
    name,
    labels,
    data: { [FILES.agentConfig]: render },
  });
  const programConfig = programConfigMap(scope, namespace, `${name}-program`, labels, program, 'authority');
  const networkPolicy = authorityNetworkPolicy(scope, context);
  const deployment = manifest(scope, 'Resource', namespace, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      // Two pods would conflict.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...workload.pod.podLabels, ...labels },
          annotations: {
            ...workload.pod.podAnnotations,
            [`${DOMAIN}/restart-agent`]: programChecksum(program, ['authority']),
            [`${DOMAIN}/restart-identity`]: Lazy.any({ produce: () => checksum(render()) }),
          },
        },
        spec: podSpec(context, name, workload),
      },
    },
  });
  return {
    ...rights,
    ...(workload.hasAdmissionPolicy ? admissionPolicy(scope, { ...subject, pkis }) : {}),
    deployment,
    networkPolicy,
    serviceAccount: account,
    configMap: config,
    programConfigMap: programConfig,
  };
}

function rules({ pkis, status }: AuthorityWorkload): Rule[] {
  return [
    // RBAC cannot limit 'create' to names, nor 'patch' to the annotation of the pod template: see admission-policy.ts.
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: () => secretsOf(pkis()),
      verbs: ['get', 'update'],
    },
    patchConfigMaps(() => [status]),
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: () => pkis().flatMap(({ restartedStatefulSets }) => restartedStatefulSets),
      verbs: ['get', 'patch'],
    },
    CREATE_EVENTS,
  ];
}

function podSpec(
  { clusterName, program }: ClusterContext,
  name: string,
  workload: AuthorityWorkload,
): object {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    ...placement(workload.nodeGroup),
    ...podFields(`the authority of cluster '${clusterName}'`, workload.pod),
    containers: [
      agentContainer(program, 'authority', agentSizingOf(workload.agentResources), [TMP_MOUNT, TOKEN_MOUNT]),
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      ...programVolumes(program, `${name}-program`),
      TOKEN_VOLUME,
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '16Mi' } },
    ],
  };
}

function agentConfig(
  { clusterName, namespace }: ClusterContext,
  { pkis, status }: AuthorityWorkload,
): string {
  const config: AuthorityConfig = {
    role: 'authority',
    clusterName,
    namespace,
    statusConfigMap: status,
    pkis: pkis(),
  };
  // Not indented: hundreds of maps have to fit into a ConfigMap.
  return `${JSON.stringify(config)}\n`;
}

function secretsOf(pkis: readonly PkiConfig[]): string[] {
  return pkis.flatMap(({ stateSecret, certificates: leaves }) => [
    stateSecret,
    ...leaves.map(({ secret }) => secret),
  ]);
}
