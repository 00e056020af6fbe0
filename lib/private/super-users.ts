import { InternalTraffic } from '../listeners/internal-traffic';
import { Settings } from './properties';

/** Common names of what acts for a cluster itself. */
export function ownNames(clusterName: string): string[] {
  return ['brokers', 'controllers', 'topics'].map((name) => `${clusterName}-${name}`);
}

/**
 * Lets the cluster's own programs do everything, should the user turn on an authorizer. Without one it means nothing.
 *
 * @param config settings of the user, who may have further super users
 */
export function superUsers(traffic: InternalTraffic, clusterName: string, config: Settings): Settings {
  if (traffic === InternalTraffic.PLAINTEXT_FOR_EVERYONE) {
    return {};
  }
  const given = config['super.users'];
  const users = ownNames(clusterName).map((name) => `User:${name}`);
  return { 'super.users': [...users, ...(given ? [given] : [])].join(';') };
}
