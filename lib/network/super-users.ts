import { InterBrokerSecurity } from './inter-broker-security';
import { Settings } from '../kafka/properties';
import { serverPrincipal } from './principal-rules';

const SERVERS = ['brokers', 'controllers', 'topics'];

/** Common names of the certificates of the cluster's own programs. */
export function serverPrincipalNames(clusterName: string): string[] {
  return SERVERS.map((name) => `${clusterName}-${name}`);
}

/** Common name of the certificates of brokers. */
export function brokersName(clusterName: string): string {
  return `${clusterName}-brokers`;
}

/** True if a program of a cluster of any name can have this common name. */
export function isServerOfAnyCluster(commonName: string): boolean {
  return SERVERS.some((name) => commonName.endsWith(`-${name}`));
}

/** @throws when an authorizer would deny the cluster's own brokers, which have no principal without TLS */
export function assertServersAuthorized(
  security: InterBrokerSecurity,
  clusterName: string,
  config: Settings,
): void {
  const authorizer = config['authorizer.class.name'];
  const isAnonymous = security === InterBrokerSecurity.PLAINTEXT;
  if (authorizer && isAnonymous && !config['super.users']?.split(';').includes('User:ANONYMOUS')) {
    throw new Error(
      `cluster '${clusterName}' has the authorizer '${authorizer}' and plaintext inter-broker traffic, so its own brokers are ` +
        "User:ANONYMOUS and would be denied; use InterBrokerSecurity.MUTUAL_TLS, or add User:ANONYMOUS to 'super.users'",
    );
  }
}

/**
 * The `super.users` setting: the cluster's own programs and the super users that the user configured. It has an effect only
 * with an authorizer.
 */
export function superUsers(security: InterBrokerSecurity, clusterName: string, config: Settings): Settings {
  if (security === InterBrokerSecurity.PLAINTEXT) {
    return {};
  }
  const given = config['super.users'];
  const users = serverPrincipalNames(clusterName).map(serverPrincipal);
  return { 'super.users': [...users, ...(given ? [given] : [])].join(';') };
}
