/*
 * The openings of a cluster: each pod is reached by those who cannot do their work without it.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ControllerQuorum } from '../controller-quorum';
import { NetworkPeer } from '../network/network-peer';
import { AGENT_PORT } from '../seam/agent-config';
import { ClusterContext } from './cluster-context';
import { Component, selectorLabels } from '../kubernetes/labels';
import { networkPolicy, podPeers } from '../network/network-policies';

function podsOf({ clusterName }: ClusterContext, ...components: Component[]): NetworkPeer[] {
  return podPeers(...components.map((component) => selectorLabels(component, clusterName)));
}

/** Closes brokers except to each other, to the cluster's own programs, and to declared clients. */
export function brokersNetworkPolicy(scope: Construct, context: ClusterContext): ApiObject {
  const { certificates, clusterName, listeners, metricsScrapers: monitors, namespace } = context;
  const [internal, ...clients] = listeners.map(({ port }) => port);
  const name = `${clusterName}-brokers`;
  return networkPolicy(scope, 'BrokersPolicy', namespace, name, selectorLabels('broker', clusterName), () => [
    { ports: [internal], from: podsOf(context, 'broker', 'topic-sync', 'authority') },
    { ports: clients, from: podsOf(context, 'authority') },
    ...certificates.clients.map(({ clientName, from }) => ({
      ports: clients,
      from: from ?? [NetworkPeer.pods({ 'app.kubernetes.io/name': clientName })],
    })),
    { ports: [AGENT_PORT], from: monitors },
  ]);
}

/** Closes controllers except to each other, to brokers, and to the authority that proves their certificates. */
export function controllersNetworkPolicy(
  scope: Construct,
  context: ClusterContext,
  { _listener, _selector }: ControllerQuorum,
): ApiObject {
  const { clusterName, metricsScrapers: monitors, namespace } = context;
  return networkPolicy(scope, 'ControllersPolicy', namespace, `${clusterName}-controllers`, _selector, () => [
    { ports: [_listener.port], from: podsOf(context, 'broker', 'controller', 'authority') },
    { ports: [AGENT_PORT], from: monitors },
  ]);
}

/** Closes the topic synchronisation: it asks, and nobody asks it. */
export function topicSyncNetworkPolicy(scope: Construct, { clusterName, namespace }: ClusterContext): ApiObject {
  const selector = selectorLabels('topic-sync', clusterName);
  return networkPolicy(scope, 'TopicSyncPolicy', namespace, `${clusterName}-topics`, selector, () => []);
}

/** Closes the authority: it asks, and nobody asks it but for its metrics. */
export function authorityNetworkPolicy(
  scope: Construct,
  { clusterName, metricsScrapers: monitors, namespace }: ClusterContext,
): ApiObject {
  const selector = selectorLabels('authority', clusterName);
  return networkPolicy(scope, 'NetworkPolicy', namespace, `${clusterName}-authority`, selector, () => [
    { ports: [AGENT_PORT], from: monitors },
  ]);
}
