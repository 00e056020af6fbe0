import { PropTable, optional, required } from '../input/props';
import { NETWORK_PEER, NetworkPeer } from './network-peer';
import { listOf, text } from '../input/kinds';

/** A client application. NetworkPolicies allow its pods to connect, and the issuer issues its certificate. */
export interface KafkaClient {
  /**
   * Name of the client, and common name of its certificate: its principal is `User:<clientName>`. Without an authorizer it has all
   * rights. With the built-in issuer
   * or cert-manager the certificate is in the Secret `<cluster>-client-<clientName>` (`tls.crt`, `tls.key`, `ca.crt`). The
   * built-in issuer adds `keystore.pem`, a keystore for Kafka's Java clients.
   */
  readonly clientName: string;

  /**
   * Pods and addresses that the client connects from.
   *
   * @default - pods in the cluster's namespace with the label `app.kubernetes.io/name: <clientName>`
   */
  readonly peers?: NetworkPeer[];
}

/** Properties of a KafkaClient. */
export const KAFKA_CLIENT_PROPS: PropTable<KafkaClient> = {
  clientName: required(text('shop')),
  peers: optional(listOf(NETWORK_PEER)),
};
