/* Kubernetes in memory, for rounds of the recovery. */
import { ClaimObject, NodeObject, PodObject, VolumeObject } from '../../../agent/recovery/lost-server';
import { RecoveryKubernetes, StatusObject } from '../../../agent/recovery/recovery-objects';

/** A Kubernetes cluster whose brokers are on nodes of the same number. */
export class FakeKubernetes implements RecoveryKubernetes {
  readonly nodeNames = new Set(['node-1001', 'node-1002', 'node-1003']);
  readonly pendingPods = new Set<string>();
  readonly freed: string[] = [];
  readonly events: [reason: string, message: string][] = [];
  annotations: Record<string, string> = {};
  data: Record<string, string> = {};
  isStatusMissing = false;
  /** Zone in the labels of volumes; undefined for none. */
  zoneOfVolumes: string | undefined = 'a';
  /** Called before the claims are read the second time in a round. */
  onSecondLook: () => void = () => undefined;
  /** Looks at pending pods in this round. */
  looks = 0;

  /** The node of a broker is gone, and its pod cannot be scheduled. */
  lose(id: number): void {
    this.nodeNames.delete(`node-${id}`);
    this.pendingPods.add(`events-streams-${id}`);
  }

  async pods(which: 'pending' | 'all'): Promise<readonly PodObject[]> {
    if (which === 'pending' && ++this.looks === 2) this.onSecondLook();
    const names = [1001, 1002, 1003].map((id) => `events-streams-${id}`);
    return names
      .filter((name) => which === 'all' || this.pendingPods.has(name))
      .map((name) => ({
        metadata: { name, uid: `pod-of-${name}` },
        ...(this.pendingPods.has(name) ? {} : { spec: { nodeName: `node-${name.slice(-4)}` } }),
        status: {
          conditions: this.pendingPods.has(name)
            ? [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]
            : // A rollout waits for the lost server, so no pod is ready.
              [{ type: 'Ready', status: 'False' }],
        },
      }));
  }

  async claim(name: string): Promise<ClaimObject> {
    return { metadata: { name, uid: `uid-${name}` }, spec: { volumeName: `volume-${name.slice(-4)}` } };
  }

  async volume(name: string): Promise<VolumeObject> {
    const id = name.slice(-4);
    const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [`node-${id}`] }];
    return {
      metadata: {
        name,
        labels: this.zoneOfVolumes ? { 'topology.kubernetes.io/zone': this.zoneOfVolumes } : {},
      },
      spec: {
        local: {},
        claimRef: { uid: `uid-data-0-events-streams-${id}` },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    };
  }

  async nodes(hostname: string): Promise<readonly NodeObject[]> {
    return this.nodeNames.has(hostname) ? [{ metadata: { name: hostname } }] : [];
  }

  async node(name: string): Promise<NodeObject | undefined> {
    const labels = { 'topology.kubernetes.io/zone': `zone-${name.slice(-1)}` };
    return this.nodeNames.has(name) ? { metadata: { name, labels } } : undefined;
  }

  async ledgerEntry(): Promise<undefined> {
    return undefined;
  }

  async status(): Promise<StatusObject | undefined> {
    return this.isStatusMissing
      ? undefined
      : { metadata: { uid: 'status', annotations: this.annotations }, data: this.data };
  }

  async writeStatus(data: Readonly<Record<string, string>>): Promise<void> {
    this.data = { ...this.data, ...data };
  }

  async event(...[, , reason, message]: Parameters<RecoveryKubernetes['event']>): Promise<void> {
    this.events.push([reason, message]);
  }

  async free({ claims, pod }: Parameters<RecoveryKubernetes['free']>[0]): Promise<void> {
    this.freed.push(...claims.map(({ name }) => name), pod.name);
    this.pendingPods.delete(pod.name);
  }
}
