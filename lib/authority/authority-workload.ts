/*
 * The workload that issues certificates: one pod, which alone reads the keys of the authorities. Brokers do without it;
 * only renewals wait while it is away.
 */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NodeGroup } from '../nodes/node-group';
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
import { POD_SECURITY } from '../servers/security';
import { CREATE_EVENTS, Rights, patchConfigMaps, role, serviceAccount } from '../kubernetes/rbac';

/** What one authority workload differs by from another. */
export interface AuthorityWorkload {
  readonly status: string;
  readonly selector: Record<string, string>;
  readonly nodeGroup: NodeGroup;
  /** Asked for at synth. */
  readonly pkis: () => PkiConfig[];
}

/** The objects of the workload. */
export interface AuthorityObjects extends Rights {
  readonly deployment: ApiObject;
  readonly serviceAccount: ApiObject;
  readonly configMap: ApiObject;
  readonly programConfigMap?: ApiObject;
  readonly networkPolicy: ApiObject;
}

/** Adds the workload, unless there is nothing to issue. */
export function authorityWorkload(
  scope: Construct,
  context: ClusterContext,
  workload: AuthorityWorkload,
): AuthorityObjects | undefined {
  const { pkis, selector } = workload;
  // Which authorities there are is known now; what they certify is not.
  if (pkis().length === 0) {
    return undefined;
  }
  const { clusterName, namespace, program } = context;
  const name = `${clusterName}-authority`;
  const labels = objectLabels(selector);
  const subject = { namespace, serviceAccount: name, labels };
  const render = () => agentConfig(context, workload);

  const account = serviceAccount(scope, subject);
  const rights = role(scope, subject, [
    // A Secret that does not exist yet cannot be named in a right to make it.
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: () => secretsOf(pkis()),
      verbs: ['get', 'update'],
    },
    patchConfigMaps(() => [workload.status]),
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: () => pkis().flatMap(({ restartedStatefulSets: restarts }) => restarts),
      verbs: ['get', 'patch'],
    },
    CREATE_EVENTS,
  ]);
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
      // Two of them would only be in each other's way.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels,
          annotations: {
            [`${DOMAIN}/restart-agent`]: programChecksum(program, 'authority'),
            [`${DOMAIN}/restart-identity`]: Lazy.any({ produce: () => checksum(render()) }),
          },
        },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 30,
          ...placement(workload.nodeGroup),
          securityContext: POD_SECURITY,
          containers: [agentContainer(program, 'authority', [TMP_MOUNT, TOKEN_MOUNT])],
          volumes: [
            { name: 'config', configMap: { name } },
            ...programVolumes(program, `${name}-program`),
            TOKEN_VOLUME,
            { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '16Mi' } },
          ],
        },
      },
    },
  });
  return {
    ...rights,
    deployment,
    networkPolicy,
    serviceAccount: account,
    configMap: config,
    programConfigMap: programConfig,
  };
}

function agentConfig(
  { clusterName, namespace }: ClusterContext,
  { pkis, status }: AuthorityWorkload,
): string {
  const config: AuthorityConfig = { role: 'authority', clusterName, namespace, statusConfigMap: status, pkis: pkis() };
  // Without indentation: hundreds of maps have to fit into a ConfigMap.
  return `${JSON.stringify(config)}\n`;
}

function secretsOf(pkis: readonly PkiConfig[]): string[] {
  return pkis.flatMap(({ stateSecret, certificates: leaves }) => [stateSecret, ...leaves.map(({ secret }) => secret)]);
}
