/*
 * The recovery: a Deployment of one pod that deletes the claims of servers whose node is gone. While it is down, lost servers wait for
 * a person, as without it.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterContext } from '../cluster/cluster-context';
import { programNetworkPolicy } from '../cluster/cluster-network';
import { objectLabels, selectorLabels } from '../kubernetes/labels';
import { runtimeConfigMap } from '../kubernetes/objects';
import {
  CREATE_EVENTS,
  Rights,
  getConfigMaps,
  patchConfigMaps,
  readNodesAndVolumes,
  role,
  serviceAccount,
} from '../kubernetes/rbac';
import { listenerConfig } from '../network/listeners';
import { recoveryName } from '../network/super-users';
import { NodeGroup } from '../nodes/node-group';
import { CERTIFICATE_SETS, RecoveryConfig, RecoveryGroupConfig } from '../seam/agent-config';
import { certificateMount, certificateVolume } from '../servers/agent-containers';
import { CommonPodProps } from '../servers/pod-props';
import { ProgramDeploymentObjects, programDeployment } from '../servers/program-deployment';
import { AgentResources } from '../servers/server-props';

/** The parts of a recovery. */
export interface RecoveryWorkload {
  readonly nodeGroup: NodeGroup;
  readonly agentResources?: AgentResources;
  readonly pod: CommonPodProps;
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  readonly limits: Pick<RecoveryConfig, 'nodeGoneSeconds' | 'maxNodes' | 'maxConsentSeconds' | 'isDryRun'>;
}

/** The objects of a recovery. */
export interface RecoveryObjects extends Rights, ProgramDeploymentObjects {
  readonly status: ApiObject;
  readonly serviceAccount: ApiObject;
  readonly clusterRole: ApiObject;
  readonly clusterRoleBinding: ApiObject;
  readonly networkPolicy: ApiObject;
}

/** Adds the recovery. Maps can be added to the cluster until synth. */
export function recoveryWorkload(
  scope: Construct,
  context: ClusterContext,
  workload: RecoveryWorkload,
): RecoveryObjects {
  const { clusterName, namespace, internalListener } = context;
  const name = recoveryName(clusterName);
  const selector = selectorLabels('recovery', clusterName);
  const subject = { namespace, serviceAccount: name, labels: objectLabels(selector) };
  const status = `${name}-status`;
  const cluster = readNodesAndVolumes(scope, subject);
  const folder = internalListener.certificates === undefined ? [] : [CERTIFICATE_SETS.cluster];
  return {
    status: runtimeConfigMap(scope, 'Status', namespace, status, selector),
    serviceAccount: serviceAccount(scope, subject, workload.serviceAccountAnnotations),
    ...role(scope, subject, rules(context, name, status)),
    clusterRole: cluster.role,
    clusterRoleBinding: cluster.roleBinding,
    networkPolicy: programNetworkPolicy(scope, context, 'recovery'),
    ...programDeployment(scope, {
      ...workload,
      owner: `the recovery of cluster '${clusterName}'`,
      namespace,
      name,
      selector,
      program: context.program,
      command: 'recovery',
      config: () => agentConfig(context, name, status, workload),
      mounts: folder.map(certificateMount),
      volumes: folder.map((one) => certificateVolume(one, context.certificates.recoverySources())),
    }),
  };
}

function rules({ recoveryGroups }: ClusterContext, lease: string, status: string) {
  const withClaims = () => recoveryGroups.filter(({ claims }) => claims.length > 0);
  return [
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    {
      apiGroups: [''],
      resources: ['pods'],
      resourceNames: () => withClaims().flatMap(podNames),
      verbs: ['delete'],
    },
    {
      apiGroups: [''],
      resources: ['persistentvolumeclaims'],
      resourceNames: () =>
        withClaims().flatMap((group) =>
          podNames(group).flatMap((pod) => group.claims.map((claim) => `${claim}-${pod}`)),
        ),
      verbs: ['get', 'delete'],
    },
    getConfigMaps(() => withClaims().map(({ ledgerConfigMap }) => ledgerConfigMap)),
    patchConfigMaps(() => [status]),
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: () => [lease],
      verbs: ['create', 'get', 'update'],
    },
    CREATE_EVENTS,
  ];
}

function podNames({ statefulSet, ids: { first, last } }: RecoveryGroupConfig): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${statefulSet}-${first + index}`);
}

function agentConfig(
  context: ClusterContext,
  lease: string,
  statusConfigMap: string,
  { limits }: RecoveryWorkload,
): string {
  const { clusterName, internalListener, metadata, namespace, recoveryGroups, serviceHost } = context;
  const config: RecoveryConfig = {
    role: 'recovery',
    clusterName,
    namespace,
    metadataMode: metadata.agentConfig.metadataMode,
    bootstrapHost: serviceHost,
    internalListener: listenerConfig(internalListener),
    certificateFolder: internalListener.certificates,
    statusConfigMap,
    lease,
    groups: recoveryGroups,
    ...limits,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
