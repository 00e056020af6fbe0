import { InterBrokerSecurity } from './inter-broker-security';
import { Settings } from '../kafka/properties';
import { serverPrincipal } from './principal-rules';

const SERVERS = ['brokers', 'controllers'];
const TOPIC_SYNC = 'topics';
/** Programs with the rights of super users, unless they get their rights by ACLs. */
const PROGRAMS = [...SERVERS, TOPIC_SYNC];
const RECOVERY = 'recovery';
const NAMES = [...PROGRAMS, RECOVERY];

/** Common names of the certificates of the cluster's own programs. */
export function serverPrincipalNames(clusterName: string): string[] {
  return NAMES.map((name) => `${clusterName}-${name}`);
}

/** Common name of the certificate of the topic synchronization. */
export function topicSyncName(clusterName: string): string {
  return `${clusterName}-${TOPIC_SYNC}`;
}

/**
 * True if brokers give the topic synchronization and the recovery their rights by ACLs. Where topics without ACLs are open to everybody,
 * an ACL on all topics would close them to all other clients, so the topic synchronization is a super user there.
 */
export function hasProgramAcls(security: InterBrokerSecurity, config: Settings): boolean {
  return (
    security !== InterBrokerSecurity.PLAINTEXT &&
    config['authorizer.class.name'] !== undefined &&
    config['allow.everyone.if.no.acl.found']?.trim().toLowerCase() !== 'true'
  );
}

/** Common name of the certificate of the recovery. */
export function recoveryName(clusterName: string): string {
  return `${clusterName}-${RECOVERY}`;
}

/** Common name of the certificates of brokers. */
export function brokersName(clusterName: string): string {
  return `${clusterName}-brokers`;
}

/** True if a program of a cluster of any name can have this common name. */
export function isServerOfAnyCluster(commonName: string): boolean {
  return NAMES.some((name) => commonName.endsWith(`-${name}`));
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
  const programs = hasProgramAcls(security, config) ? SERVERS : PROGRAMS;
  const users = programs.map((name) => serverPrincipal(`${clusterName}-${name}`));
  return { 'super.users': [...users, ...(given ? [given] : [])].join(';') };
}
