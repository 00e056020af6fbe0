import { isIP } from 'net';
import { assertLabelPair } from '../kubernetes/pod-metadata';
import { assertObject } from '../input/kinds';

/** Somebody on the network, as NetworkPolicies know them. */
export class NetworkPeer {
  /** Pods with these labels in the namespace of the cluster. */
  public static pods(labels: { [key: string]: string }): NetworkPeer {
    assertLabels('pods', labels);
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
    assertLabels('namespaces', namespaceLabels);
    assertObject('labels of pods on the network', podLabels, "{ 'app.kubernetes.io/name': 'shop' }");
    const hasPods = Object.keys(podLabels).length > 0;
    if (hasPods) {
      assertLabels('pods', podLabels);
    }
    return new NetworkPeer({
      namespaceSelector: { matchLabels: { ...namespaceLabels } },
      ...(hasPods ? { podSelector: { matchLabels: { ...podLabels } } } : {}),
    });
  }

  /**
   * Addresses outside of the Kubernetes cluster.
   *
   * @param cidr a range of IPv4 or IPv6 addresses, for example `10.0.0.0/8`
   * @throws when it is no range
   */
  public static addresses(cidr: string): NetworkPeer {
    if (!isRange(cidr)) {
      throw new Error(
        `'${cidr}' is no range of addresses; write it with its length, for example '10.0.0.0/8'`,
      );
    }
    return new NetworkPeer({ ipBlock: { cidr } });
  }

  /** Everybody. */
  public static anyone(): NetworkPeer {
    return new NetworkPeer(undefined);
  }

  private constructor(private readonly peer: object | undefined) {}

  /** The peer as a NetworkPolicy has it; undefined for everybody. @internal */
  public get _peer(): object | undefined {
    return this.peer;
  }
}

function isRange(cidr: string): boolean {
  const [, address, length] = /^([^/%]+)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address ?? '')] ?? -1;
  return Number(length) <= bits;
}

function assertLabels(what: string, labels: { readonly [key: string]: string }): void {
  assertObject(`labels of ${what} on the network`, labels, "{ 'app.kubernetes.io/name': 'shop' }");
  if (Object.keys(labels).length === 0) {
    throw new Error(`a network peer selects ${what} by no label, which would be all of them; give it labels`);
  }
  for (const [key, value] of Object.entries(labels)) {
    assertLabelPair(`label of ${what} on the network`, key, value);
  }
}
