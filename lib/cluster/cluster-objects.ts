/* Objects that all brokers of a cluster share. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { objectLabels, selectorLabels } from '../kubernetes/labels';
import { clusterIpService, headlessService } from '../kubernetes/objects';
import { readNodes } from '../kubernetes/rbac';
import { listenerPorts } from '../network/listeners';
import { serverProgramConfigMaps } from '../servers/agent-bundle';
import { ClusterContext } from './cluster-context';
import { brokersNetworkPolicy, topicSyncNetworkPolicy } from './cluster-network';

/** Objects that all brokers of a cluster share. */
export interface ClusterObjects {
  readonly service: ApiObject;
  readonly bootstrapService: ApiObject;
  readonly clusterRole: ApiObject;
  readonly clusterRoleBinding: ApiObject;
  readonly programConfigMaps: ApiObject[];
  readonly networkPolicies: ApiObject[];
}

/** Adds the objects. Listeners, maps and clients can be added to the cluster until synth. */
export function clusterObjects(scope: Construct, context: ClusterContext): ClusterObjects {
  const { clusterName, listeners, namespace } = context;
  const selector = selectorLabels('broker', clusterName);
  const labels = objectLabels(selector);
  const nodes = readNodes(scope, {
    namespace,
    name: `${clusterName}-brokers`,
    labels,
    serviceAccounts: () => context.statefulSets,
  });
  return {
    clusterRole: nodes.role,
    clusterRoleBinding: nodes.roleBinding,
    programConfigMaps: serverProgramConfigMaps(scope, namespace, clusterName, labels, context.program),
    service: headlessService(scope, 'Service', namespace, context.serviceName, selector, () =>
      listenerPorts(listeners),
    ),
    bootstrapService: clusterIpService(
      scope,
      'BootstrapService',
      namespace,
      `${clusterName}-bootstrap`,
      selector,
      () => listenerPorts(listeners.slice(1)),
      // A broker that is not in sync, or whose agent or controllers are down, still answers clients. A broker that starts or has
      // stopped refuses the connection, and the client tries another one at once.
      'all',
    ),
    networkPolicies: [brokersNetworkPolicy(scope, context), topicSyncNetworkPolicy(scope, context)],
  };
}
