/** How brokers, controllers, ZooKeeper servers and agents talk among themselves. */
export enum InterBrokerSecurity {
  /** TLS, and both sides show a certificate. */
  MUTUAL_TLS = 'mutual-tls',
  /** Neither encrypted nor authenticated: whoever reaches a port may do everything. For trials only. */
  PLAINTEXT = 'plaintext',
}
