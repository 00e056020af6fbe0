import { InterBrokerSecurity } from './inter-broker-security';
import { Settings } from '../kafka/properties';

/** Common names of what acts for a cluster itself. */
export function serverPrincipalNames(clusterName: string): string[] {
  return ['brokers', 'controllers', 'topics'].map((name) => `${clusterName}-${name}`);
}

/**
 * Holds an authorizer against the names by which the cluster's own programs come.
 *
 * @throws when they come without a name, and nobody has given that any rights
 */
export function assertServersAuthorized(traffic: InterBrokerSecurity, clusterName: string, config: Settings): void {
  const authorizer = config['authorizer.class.name'];
  const isAnonymous = traffic === InterBrokerSecurity.PLAINTEXT;
  if (authorizer && isAnonymous && !config['super.users']?.split(';').includes('User:ANONYMOUS')) {
    throw new Error(
      `cluster '${clusterName}' has the authorizer '${authorizer}' and plaintext between its servers, where everybody is ` +
        "User:ANONYMOUS, its own brokers too; choose InterBrokerSecurity.MUTUAL_TLS, or add User:ANONYMOUS to 'super.users'",
    );
  }
}

/**
 * Lets the cluster's own programs do everything, should the user turn on an authorizer. Without one it means nothing.
 *
 * @param config settings of the user, who may have further super users
 */
export function superUsers(traffic: InterBrokerSecurity, clusterName: string, config: Settings): Settings {
  if (traffic === InterBrokerSecurity.PLAINTEXT) {
    return {};
  }
  const given = config['super.users'];
  const users = serverPrincipalNames(clusterName).map((name) => `User:${name}`);
  return { 'super.users': [...users, ...(given ? [given] : [])].join(';') };
}
