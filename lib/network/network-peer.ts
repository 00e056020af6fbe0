import { format } from '../input/format';
import { isOfType, markType } from '../input/type-mark';
import { LABELS, assertLabelPair } from '../kubernetes/pod-metadata';
import { Kind, kind } from '../input/kinds';
import { cidrProblem } from './cidr';

/** A source of connections that a NetworkPolicy allows. */
export class NetworkPeer {
  /** Pods with these labels in the namespace of the cluster. */
  public static pods(labels: { [key: string]: string }): NetworkPeer {
    assertLabels('pod', labels);
    return new NetworkPeer({ podSelector: { matchLabels: { ...labels } } });
  }

  /**
   * Pods in all namespaces with these labels.
   *
   * @param namespaceLabels labels of the namespaces, for example `{ 'kubernetes.io/metadata.name': 'shop' }`
   * @param podLabels labels of the pods; default: all pods of the namespaces
   */
  public static namespaces(
    namespaceLabels: { [key: string]: string },
    podLabels: { [key: string]: string } = {},
  ): NetworkPeer {
    assertLabels('namespace', namespaceLabels);
    LABELS.assert('pod labels of a NetworkPeer', podLabels);
    const hasPods = Object.keys(podLabels).length > 0;
    if (hasPods) {
      assertLabels('pod', podLabels);
    }
    return new NetworkPeer({
      namespaceSelector: { matchLabels: { ...namespaceLabels } },
      ...(hasPods ? { podSelector: { matchLabels: { ...podLabels } } } : {}),
    });
  }

  /**
   * Addresses outside the Kubernetes cluster.
   *
   * @param cidr a CIDR block of IPv4 or IPv6 addresses, for example `10.0.0.0/8`
   * @throws when it is not a CIDR block, or its address has bits after the prefix
   */
  public static addresses(cidr: string): NetworkPeer {
    const found =
      typeof cidr === 'string' ? cidrProblem(cidr) : { problem: 'is not a text', correct: undefined };
    if (found) {
      const remedy = found.correct
        ? `write '${found.correct}'`
        : "write an address and the length of its prefix, for example '10.0.0.0/8'";
      throw new Error(`the addresses ${format(cidr)} of a NetworkPeer ${found.problem}; ${remedy}`);
    }
    return new NetworkPeer({ ipBlock: { cidr } });
  }

  /** Any source. */
  public static any(): NetworkPeer {
    return new NetworkPeer(undefined);
  }

  /** True if the value is a NetworkPeer. */
  public static isNetworkPeer(value: unknown): value is NetworkPeer {
    return isOfType(value, 'NetworkPeer');
  }

  private constructor(private readonly peer: object | undefined) {
    markType(this, 'NetworkPeer');
  }

  /** The peer of a NetworkPolicy rule; undefined for any source. @internal */
  public get _peer(): object | undefined {
    return this.peer;
  }
}

function assertLabels(subject: string, labels: { readonly [key: string]: string }): void {
  const what = `${subject} labels of a NetworkPeer`;
  LABELS.assert(what, labels);
  if (Object.keys(labels).length === 0) {
    throw new Error(`${what} are empty, which selects all ${subject}s; give at least one label`);
  }
  for (const [key, value] of Object.entries(labels)) {
    assertLabelPair(`${subject} label of a NetworkPeer`, key, value);
  }
}

/** The kind of a NetworkPeer. */
export const NETWORK_PEER: Kind<NetworkPeer> = kind(
  NetworkPeer.isNetworkPeer,
  "NetworkPeer.addresses('10.0.0.0/8')",
);
