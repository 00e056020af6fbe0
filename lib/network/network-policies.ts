/*
 * Who may connect to whom. Pods of a cluster are closed by default; what is open is listed here. Nothing is said about
 * what pods may reach: the API server's address cannot be named in a policy.
 */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkPeer } from './network-peer';
import { objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';

/** Some ports, and who may connect to them. */
export interface IngressRule {
  readonly ports: readonly number[];
  readonly from: readonly NetworkPeer[];
}

/** Pods of this package, by the labels that select them. */
export function podPeers(...selectors: Record<string, string>[]): NetworkPeer[] {
  return selectors.map((selector) => NetworkPeer.pods(selector));
}

/**
 * Adds a policy that closes pods except for some openings.
 *
 * @param openings asked for at synth, as clients may be added until then
 */
export function networkPolicy(
  scope: Construct,
  id: string,
  namespace: string,
  name: string,
  selector: Record<string, string>,
  openings: () => readonly IngressRule[],
): ApiObject {
  return manifest(scope, id, namespace, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: objectLabels(selector) },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress'],
      ingress: Lazy.any({ produce: () => openings().flatMap(rule) }),
    },
  });
}

function rule({ ports, from }: IngressRule): object[] {
  // Without peers a rule would let everybody in.
  if (from.length === 0 || ports.length === 0) {
    return [];
  }
  const isForAll = from.some((peer) => peer._peer === undefined);
  return [
    {
      ...(isForAll ? {} : { from: from.map((peer) => peer._peer) }),
      ports: ports.map((port) => ({ port, protocol: 'TCP' })),
    },
  ];
}
