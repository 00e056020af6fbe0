import { NetworkPeer } from './network-peer';

/** A client of a cluster, declared so that brokers let it in. */
export interface KafkaClient {
  /**
   * Name of the client: the common name of its certificate, so its principal is `User:<clientName>`. With the built-in
   * issuer or cert-manager its certificate is in the Secret `<cluster>-client-<clientName>`, with the keys `tls.crt`,
   * `tls.key` and `ca.crt`; the built-in issuer adds `keystore.pem`, which is a key store as Kafka's Java clients read it.
   */
  readonly clientName: string;

  /**
   * Where the client connects from.
   *
   * @default - pods of the cluster's namespace with the label `app.kubernetes.io/name: <clientName>`
   */
  readonly from?: NetworkPeer[];
}
