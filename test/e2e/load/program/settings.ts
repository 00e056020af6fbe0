/** Settings of a load: the tests write settings.json, the program reads it. */
export interface Settings {
  /** Tells the records of this load from those of others. */
  readonly run: string;
  /** Bootstrap address, host:port. */
  readonly bootstrap: string;
  /** Folder with tls.crt, tls.key and ca.crt; absent where listeners are plaintext. */
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
  /** Records of each producer that keeps its connections. */
  readonly recordsPerSecond: number;
  /** Batches, and so connections, of each one that does not. */
  readonly connectionsPerSecond: number;
  /** A record that is not acknowledged by then counts as an error of the client. */
  readonly deliveryTimeoutMs: number;
  /** Timeout of one request. */
  readonly requestTimeoutMs: number;
}
