import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import {
  CREATE_EVENTS,
  Rights,
  getConfigMaps,
  patchConfigMaps,
  role,
  serviceAccount,
} from '../kubernetes/rbac';

/** The account of the topic synchronization. */
export interface SyncAccount {
  readonly namespace: string;
  /** Name of the account, of its rights and of the CronJob. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly annotations?: { readonly [key: string]: string };
  readonly statusConfigMap: string;
  /** Returns the ConfigMaps of topic lists in the namespace, called at synth. */
  readonly listConfigMaps: () => readonly string[];
}

/** Adds the ServiceAccount of the topic synchronization with its rights in the namespace of the cluster. */
export function syncAccount(
  scope: Construct,
  { annotations, labels, listConfigMaps, name, namespace, statusConfigMap }: SyncAccount,
): Rights & { readonly serviceAccount: ApiObject } {
  const account = { namespace, serviceAccount: name, labels };
  return {
    serviceAccount: serviceAccount(scope, account, annotations),
    ...role(scope, account, [
      getConfigMaps(listConfigMaps),
      patchConfigMaps(() => [statusConfigMap]),
      // The brokers of a map are those that have pods.
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      // Events are about the CronJob.
      { apiGroups: ['batch'], resources: ['cronjobs'], resourceNames: () => [name], verbs: ['get'] },
      CREATE_EVENTS,
    ]),
  };
}
