import { stopLeaseName } from '../../lib/seam/agent-config';
import { OperatorError } from '../runtime/errors';
import { ConflictError, getObject, patchObject, replaceObject } from '../kubernetes/client';
import { microTime } from '../kubernetes/micro-time';
import { LeaseSightings, requests, seen } from './lease-sightings';
import { LEASE_DURATION_SECONDS, LeaseRecord, Pod, SeenLease } from './lease-state';
import { readStatefulSet } from './stateful-set';

interface LeaseObject {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly acquireTime?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
  };
}

/** A Lease as it was read. A change of its holder fails if the Lease has changed since. */
export interface LeaseSnapshot extends SeenLease {
  /** Pods whose request to hold the Lease is outdated. */
  readonly outdated: readonly string[];
  readonly object: LeaseObject;
}

const WAITING_ANNOTATION_PREFIX = 'waiting.cdk8s-kafka.io/';
const OWNER_LABEL_PREFIX = 'cdk8s-kafka.io/';
/** With 150 waiting pods, one attempt of five conflicts with a request. */
const MAX_ATTEMPTS = 10;

/**
 * Changes a Lease, and retries after conflicts: waiting pods update it at any time.
 *
 * @param action receives the current Lease; called again after a conflict
 * @throws ConflictError if every attempt conflicts
 */
export async function retryOnConflict<T>(
  read: () => Promise<LeaseSnapshot>,
  action: (lease: LeaseSnapshot) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action(await read());
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/**
 * The Lease that serializes the stops of a StatefulSet. Agents create it: Argo CD never applies a Lease. A PUT creates a Lease
 * under its name, and RBAC can restrict that to the name, unlike a POST.
 */
export class StopLease {
  private readonly name: string;
  private readonly path: string;
  private readonly permission: string;
  private sightings?: LeaseSightings;

  constructor(
    private readonly namespace: string,
    private readonly statefulSet: string,
  ) {
    this.name = stopLeaseName(statefulSet);
    this.path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${this.name}`;
    this.permission = `create, get, patch and update on Lease ${namespace}/${this.name}`;
  }

  /**
   * Reads the Lease.
   *
   * @throws OperatorError if the Lease does not exist or the agent is not authorized
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async read(): Promise<LeaseSnapshot> {
    const lease = await this.readIfExists();
    if (lease === undefined) {
      throw new OperatorError(
        `Lease '${this.name}' does not exist`,
        `the agents of StatefulSet '${this.statefulSet}' create it: check that one of them runs`,
      );
    }
    return lease;
  }

  /**
   * Reads the Lease; undefined if it does not exist.
   *
   * @throws OperatorError if the agent is not authorized
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async readIfExists(): Promise<LeaseSnapshot | undefined> {
    const object = await this.find();
    return object && this.snapshotOf(object);
  }

  /**
   * Reads the Lease, and creates it if it does not exist.
   *
   * @throws OperatorError if the StatefulSet does not exist or the agent is not authorized
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async readOrCreate(): Promise<LeaseSnapshot> {
    const lease = await this.readIfExists();
    if (lease === undefined) {
      // The next read returns the Lease, whoever has created it.
      await this.create();
      return this.read();
    }
    return lease;
  }

  /**
   * Makes a pod the holder, or renews the Lease if it is the holder already.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async acquire(lease: LeaseSnapshot, me: Pod): Promise<void> {
    const { record, object } = lease;
    const now = microTime();
    const isHolder = record.holder?.uid === me.uid;
    await this.write(
      lease,
      {
        holderIdentity: `${me.name}/${me.uid}`,
        acquireTime: isHolder ? object.spec?.acquireTime : now,
        renewTime: now,
        leaseDurationSeconds: LEASE_DURATION_SECONDS,
        leaseTransitions: (object.spec?.leaseTransitions ?? 0) + (isHolder ? 0 : 1),
      },
      me,
    );
  }

  /**
   * Renews the Lease for its current holder.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async renew(lease: LeaseSnapshot): Promise<void> {
    await this.write(lease, { ...lease.object.spec, renewTime: microTime() });
  }

  /**
   * Removes the holder.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async release(lease: LeaseSnapshot): Promise<void> {
    await this.write(lease, { leaseTransitions: lease.object.spec?.leaseTransitions });
  }

  /** Records if a pod waits for the Lease. A patch cannot conflict with those of other pods. */
  async setWaiting(me: Pod, isWaiting: boolean): Promise<void> {
    const value = isWaiting ? new Date().toISOString() : null;
    const change = { metadata: { annotations: { [`${WAITING_ANNOTATION_PREFIX}${me.name}`]: value } } };
    await patchObject(this.path, this.permission, change);
  }

  private find(): Promise<LeaseObject | undefined> {
    return getObject<LeaseObject>(this.path, this.permission);
  }

  private async create(): Promise<void> {
    const owner = await readStatefulSet(this.namespace, this.statefulSet);
    if (owner === undefined) {
      throw new OperatorError(
        `Lease '${this.name}' and StatefulSet '${this.statefulSet}' do not exist`,
        'apply the complete synthesized YAML',
      );
    }
    const { uid, labels = {} } = owner.metadata;
    const ownLabels = Object.entries(labels).filter(([key]) => key.startsWith(OWNER_LABEL_PREFIX));
    await replaceObject(this.path, this.permission, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: this.name,
        namespace: this.namespace,
        // GitOps tools track objects by other labels, and would prune an object that their repository does not contain.
        labels: Object.fromEntries(ownLabels),
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: this.statefulSet, uid }],
      },
      spec: { leaseTransitions: 0 },
    }).catch(async (error: unknown) => {
      // The API server rejects the request if another agent has created the Lease.
      if ((await this.find()) === undefined) {
        throw error;
      }
    });
  }

  private snapshotOf(object: LeaseObject): LeaseSnapshot {
    const now = performance.now();
    const record = recordOf(object);
    this.sightings = seen(this.sightings, record, now);
    const { current, outdated } = requests(this.sightings, now);
    return {
      record,
      unchangedMs: now - this.sightings.holder.since,
      waiting: current,
      outdated,
      object,
    };
  }

  /** Writes the spec, and removes the requests of pods that no longer wait. */
  private async write(
    { object, outdated }: LeaseSnapshot,
    spec: LeaseObject['spec'],
    me?: Pod,
  ): Promise<void> {
    const removed = [...outdated, ...(me ? [me.name] : [])].map(
      (name) => `${WAITING_ANNOTATION_PREFIX}${name}`,
    );
    const annotations = Object.fromEntries(
      Object.entries(object.metadata.annotations ?? {}).filter(([key]) => !removed.includes(key)),
    );
    await replaceObject(this.path, this.permission, {
      ...object,
      metadata: { ...object.metadata, annotations },
      spec,
    });
  }
}

function recordOf({ metadata, spec = {} }: LeaseObject): LeaseRecord {
  const [name, uid] = (spec.holderIdentity ?? '').split('/');
  return {
    // A holder in another format matches no pod, and expires like any other.
    holder: name ? { name, uid: uid ?? '' } : undefined,
    renewTime: spec.renewTime,
    leaseDurationSeconds: spec.leaseDurationSeconds,
    waiting: new Map(
      Object.entries(metadata.annotations ?? {})
        .filter(([key]) => key.startsWith(WAITING_ANNOTATION_PREFIX))
        .map(([key, value]) => [key.slice(WAITING_ANNOTATION_PREFIX.length), value]),
    ),
  };
}
