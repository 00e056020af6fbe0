/*
 * NetworkPolicies deny all ingress that no rule allows. They do not limit egress: a policy cannot name the address of the
 * API server.
 */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkPeer } from './network-peer';
import { objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';

/** An ingress rule. */
export interface IngressRule {
  readonly ports: readonly number[];
  readonly from: readonly NetworkPeer[];
}

/** Pods of this package in the namespace of the policy. */
export function podPeers(...selectors: Record<string, string>[]): NetworkPeer[] {
  return selectors.map((selector) => NetworkPeer.pods(selector));
}

/**
 * Adds a NetworkPolicy that denies all ingress except for some rules.
 *
 * @param rules called at synth, because clients can be added until then
 */
export function networkPolicy(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  rules: () => readonly IngressRule[],
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress'],
      ingress: Lazy.any({ produce: () => rules().flatMap(ingressRule) }),
    },
  });
}

function ingressRule({ ports, from }: IngressRule): object[] {
  // A rule without peers would allow every source.
  if (from.length === 0 || ports.length === 0) {
    return [];
  }
  const isAnySource = from.some((peer) => peer._peer === undefined);
  return [
    {
      ...(isAnySource ? {} : { from: from.map((peer) => peer._peer) }),
      ports: ports.map((port) => ({ port, protocol: 'TCP' })),
    },
  ];
}
