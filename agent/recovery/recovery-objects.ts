import { RecoveryConfig, RecoveryGroupConfig } from '../../lib/seam/agent-config';
import { Ledger, LedgerEntry } from '../identity/ledger';
import { deleteObject, getObject, listObjects, patchObject } from '../kubernetes/client';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { ObjectReader } from './find-lost-servers';
import { ClaimObject, HOSTNAME_LABEL, LostServer, NodeObject, PodObject, VolumeObject } from './lost-server';

/** The status ConfigMap. */
export interface StatusObject {
  readonly metadata: { readonly uid?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/** Kubernetes, as the recovery uses it. */
export interface RecoveryKubernetes extends ObjectReader {
  /** Pods of servers; only those that run nothing yet, or all. */
  pods(which: 'pending' | 'all'): Promise<readonly PodObject[]>;
  node(name: string): Promise<NodeObject | undefined>;
  status(): Promise<StatusObject | undefined>;
  writeStatus(data: Readonly<Record<string, string>>): Promise<void>;
  event(involved: InvolvedObject, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
  /** Deletes the claims of a server, and its pod, if they are still the same objects. */
  free(server: LostServer): Promise<void>;
}

/** Kubernetes through the API server. */
export class KubernetesObjects implements RecoveryKubernetes {
  constructor(private readonly config: RecoveryConfig) {}

  async pods(which: 'pending' | 'all'): Promise<readonly PodObject[]> {
    const { groups, namespace } = this.config;
    const owners = [...new Set(groups.map(({ owner }) => owner))];
    const lists = await Promise.all(
      owners.map((owner) => {
        const query = new URLSearchParams({
          labelSelector: `cdk8s-kafka.io/cluster=${owner},app.kubernetes.io/component in (broker,controller,zookeeper)`,
          ...(which === 'pending' ? { fieldSelector: 'status.phase=Pending' } : {}),
        });
        const path = `/api/v1/namespaces/${namespace}/pods?${query.toString()}`;
        return listObjects<PodObject>(path, `list on pods of ${namespace}`);
      }),
    );
    return lists.flat();
  }

  async claim(name: string): Promise<ClaimObject | undefined> {
    return getObject(this.claimPath(name), `get on persistentvolumeclaims of ${this.config.namespace}`);
  }

  async volume(name: string): Promise<VolumeObject | undefined> {
    return getObject(`/api/v1/persistentvolumes/${name}`, 'get on persistentvolumes');
  }

  async nodes(hostname: string, names: readonly string[]): Promise<readonly NodeObject[]> {
    const query = new URLSearchParams({ labelSelector: `${HOSTNAME_LABEL}=${hostname}` });
    const [labeled, ...named] = await Promise.all([
      listObjects<NodeObject>(`/api/v1/nodes?${query.toString()}`, 'list on nodes'),
      ...names.map((name) => this.node(name)),
    ]);
    return [...labeled, ...named.filter((node) => node !== undefined)];
  }

  async node(name: string): Promise<NodeObject | undefined> {
    return getObject(`/api/v1/nodes/${name}`, 'get on nodes');
  }

  async ledgerEntry({ ledgerConfigMap }: RecoveryGroupConfig, id: number): Promise<LedgerEntry | undefined> {
    return new Ledger(this.config.namespace, ledgerConfigMap).read(id);
  }

  async status(): Promise<StatusObject | undefined> {
    return getObject(this.statusPath, this.statusPermission);
  }

  async writeStatus(data: Readonly<Record<string, string>>): Promise<void> {
    await patchObject(this.statusPath, this.statusPermission, { data });
  }

  async event(...[involved, type, reason, message]: Parameters<RecoveryKubernetes['event']>): Promise<void> {
    await recordEvent(this.config.namespace, involved, type, reason, message);
  }

  async free({ claims, pod }: LostServer): Promise<void> {
    const { namespace } = this.config;
    for (const { name, uid } of claims) {
      await deleteObject(this.claimPath(name), `delete on PersistentVolumeClaim ${namespace}/${name}`, uid);
    }
    // Before Kubernetes 1.27 a pod that is not scheduled does not get new claims.
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}`;
    await deleteObject(path, `delete on Pod ${namespace}/${pod.name}`, pod.uid);
  }

  private claimPath(name: string): string {
    return `/api/v1/namespaces/${this.config.namespace}/persistentvolumeclaims/${name}`;
  }

  private get statusPath(): string {
    return `/api/v1/namespaces/${this.config.namespace}/configmaps/${this.config.statusConfigMap}`;
  }

  private get statusPermission(): string {
    return `get and patch on ConfigMap ${this.config.namespace}/${this.config.statusConfigMap}`;
  }
}
