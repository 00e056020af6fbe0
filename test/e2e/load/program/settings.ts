/** Settings of a load: the tests write settings.json, the program reads it. */
export interface Settings {
  /** Identifies the records of this load. */
  readonly run: string;
  /** Bootstrap address, host:port. */
  readonly bootstrap: string;
  /** Folder with tls.crt, tls.key and ca.crt; absent for plaintext listeners. */
  readonly certificates?: string;
  /** Topics of producers and consumers. */
  readonly topics: readonly string[];
  /** Topic of transactions. */
  readonly transactionalTopic: string;
  /** Numbers of clients of each kind. */
  readonly producers: number;
  readonly idempotentProducers: number;
  readonly reconnectingProducers: number;
  readonly transactionalProducers: number;
  readonly consumers: number;
  /** Records per second of each producer that keeps its connections. */
  readonly recordsPerSecond: number;
  /** Batches, and therefore connections, per second of each producer that does not. */
  readonly connectionsPerSecond: number;
  /** Delivery timeout. A record without an acknowledgement is then an error. */
  readonly deliveryTimeoutMs: number;
  /** Timeout of one request. */
  readonly requestTimeoutMs: number;
}
