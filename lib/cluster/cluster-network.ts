/* NetworkPolicies of a cluster: each pod accepts only the connections that its clients need. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Component, selectorLabels } from '../kubernetes/labels';
import { NetworkPeer } from '../network/network-peer';
import { networkPolicy, podPeers } from '../network/network-policies';
import { AGENT_PORT } from '../seam/agent-config';
import { ClusterContext } from './cluster-context';

function peersOf({ clusterName }: ClusterContext, ...components: Component[]): NetworkPeer[] {
  return podPeers(...components.map((component) => selectorLabels(component, clusterName)));
}

/** Adds the policy of brokers: ingress from each other, from the cluster's own programs, and from declared clients. */
export function brokersNetworkPolicy(scope: Construct, context: ClusterContext): ApiObject {
  const { certificates, clusterName, listeners, metricsScrapers, namespace } = context;
  const selector = selectorLabels('broker', clusterName);
  return networkPolicy(scope, 'BrokersPolicy', namespace, `${clusterName}-brokers`, selector, () => {
    const [internal, ...clients] = listeners.map(({ port }) => port);
    return [
      {
        ports: [internal],
        from: [
          ...peersOf(context, 'broker', 'topic-sync', 'authority'),
          ...(certificates.hasRecovery ? peersOf(context, 'recovery') : []),
        ],
      },
      { ports: clients, from: peersOf(context, 'authority') },
      ...certificates.clients.map(({ clientName, peers }) => ({
        ports: clients,
        from: peers ?? [NetworkPeer.pods({ 'app.kubernetes.io/name': clientName })],
      })),
      { ports: [AGENT_PORT], from: metricsScrapers },
    ];
  });
}

/** Adds the policy of the topic synchronization: no ingress. */
export function topicSyncNetworkPolicy(
  scope: Construct,
  { clusterName, namespace }: ClusterContext,
): ApiObject {
  const selector = selectorLabels('topic-sync', clusterName);
  return networkPolicy(scope, 'TopicSyncPolicy', namespace, `${clusterName}-topics`, selector, () => []);
}

/** Adds the policy of a program with metrics: ingress from metrics scrapers only. */
export function programNetworkPolicy(
  scope: Construct,
  { clusterName, metricsScrapers, namespace }: ClusterContext,
  component: 'authority' | 'recovery',
): ApiObject {
  const selector = selectorLabels(component, clusterName);
  return networkPolicy(scope, 'NetworkPolicy', namespace, `${clusterName}-${component}`, selector, () => [
    { ports: [AGENT_PORT], from: metricsScrapers },
  ]);
}
