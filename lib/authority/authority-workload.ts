/*
 * The authority: a Deployment of one pod that issues certificates. Only this pod reads the keys of the CAs. While it is
 * down, brokers are unaffected, and renewals wait.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterContext } from '../cluster/cluster-context';
import { programNetworkPolicy } from '../cluster/cluster-network';
import { objectLabels } from '../kubernetes/labels';
import { CREATE_EVENTS, Rights, Rule, patchConfigMaps, role, serviceAccount } from '../kubernetes/rbac';
import { NodeGroup } from '../nodes/node-group';
import { AuthorityConfig, PkiConfig } from '../seam/agent-config';
import { CommonPodProps } from '../servers/pod-props';
import { ProgramDeploymentObjects, programDeployment } from '../servers/program-deployment';
import { AgentResources } from '../servers/server-props';
import { AdmissionPolicy, admissionPolicy } from './admission-policy';

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
export interface AuthorityObjects extends Rights, ProgramDeploymentObjects, Partial<AdmissionPolicy> {
  readonly serviceAccount: ApiObject;
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
  return {
    serviceAccount: serviceAccount(scope, subject, workload.serviceAccountAnnotations),
    ...role(scope, subject, rules(workload)),
    ...(workload.hasAdmissionPolicy ? admissionPolicy(scope, { ...subject, pkis }) : {}),
    networkPolicy: programNetworkPolicy(scope, context, 'authority'),
    ...programDeployment(scope, {
      ...workload,
      owner: `the authority of cluster '${clusterName}'`,
      namespace,
      name,
      program,
      command: 'authority',
      config: () => agentConfig(context, workload),
    }),
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
