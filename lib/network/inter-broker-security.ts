/** Security of the traffic among brokers, controllers, ZooKeeper servers and agents. */
export enum InterBrokerSecurity {
  /** TLS with certificates on both sides. */
  MUTUAL_TLS = 'mutual-tls',
  /** Neither encrypted nor authenticated: anyone who reaches a port has full control. For tests only. */
  PLAINTEXT = 'plaintext',
}
