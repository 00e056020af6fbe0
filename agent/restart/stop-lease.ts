import { FORCE_STOP_ANNOTATION } from '../../lib/seam/agent-config';
import { OperatorError } from '../runtime/errors';
import { ConflictError, getObject, replaceObject } from '../kubernetes/client';
import { LeaseRecord, Pod, LEASE_DURATION_SECONDS } from './lease-state';

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

/** A Lease as it was read; every change is of this very state, or fails. */
export interface LeaseSnapshot {
  readonly record: LeaseRecord;
  /** Demand of somebody that servers may stop at once. */
  readonly forceAnnotation?: string;
  readonly object: LeaseObject;
}

const WAITING_ANNOTATION_PREFIX = 'waiting.cdk8s-kafka.io/';
const MAX_ATTEMPTS = 5;

/**
 * Does something with a Lease although others, who wait for it, write into it meanwhile.
 *
 * @param action gets the Lease as it is; it is called again when that was out of date
 * @throws Conflict when others were faster each time
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

/** The Lease of a StatefulSet: whose turn to stop it is. */
export class StopLease {
  private readonly path: string;
  private readonly permission: string;

  constructor(
    namespace: string,
    private readonly name: string,
  ) {
    this.path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
    this.permission = `get and update on Lease ${namespace}/${name}`;
  }

  /**
   * Reads it.
   *
   * @throws OperatorError when it is missing or may not be read, ApiServerUnavailable when nobody answers
   */
  async read(): Promise<LeaseSnapshot> {
    const object = await getObject<LeaseObject>(this.path, this.permission);
    if (object === undefined) {
      throw new OperatorError(`Lease '${this.name}' does not exist`, 'apply the synthesized YAML, all of it');
    }
    return { record: recordOf(object), forceAnnotation: object.metadata.annotations?.[FORCE_STOP_ANNOTATION], object };
  }

  /**
   * Makes it the turn of a pod, or says that it still is.
   *
   * @throws Conflict when it has changed since it was read
   */
  async acquire({ object, record }: LeaseSnapshot, me: Pod): Promise<void> {
    const now = microTime();
    const isMine = record.holder?.uid === me.uid;
    await this.write(
      object,
      {
        holderIdentity: `${me.name}/${me.uid}`,
        acquireTime: isMine ? object.spec?.acquireTime : now,
        renewTime: now,
        leaseDurationSeconds: LEASE_DURATION_SECONDS,
        leaseTransitions: (object.spec?.leaseTransitions ?? 0) + (isMine ? 0 : 1),
      },
      { [`${WAITING_ANNOTATION_PREFIX}${me.name}`]: undefined },
    );
  }

  /**
   * Says that the turn goes on, whichever pod's it is.
   *
   * @throws Conflict when it has changed since it was read
   */
  async renew({ object }: LeaseSnapshot): Promise<void> {
    await this.write(object, { ...object.spec, renewTime: microTime() });
  }

  /**
   * Ends the turn.
   *
   * @throws Conflict when it has changed since it was read
   */
  async release({ object }: LeaseSnapshot): Promise<void> {
    await this.write(object, { leaseTransitions: object.spec?.leaseTransitions });
  }

  /**
   * Says that a pod waits, so that others can let it go first.
   *
   * @throws Conflict when it has changed since it was read
   */
  async markWaiting({ object }: LeaseSnapshot, me: Pod): Promise<void> {
    await this.write(object, object.spec, { [`${WAITING_ANNOTATION_PREFIX}${me.name}`]: new Date().toISOString() });
  }

  private async write(
    object: LeaseObject,
    spec: LeaseObject['spec'],
    change: Readonly<Record<string, string | undefined>> = {},
  ): Promise<void> {
    // JSON leaves out what is undefined.
    const annotations = { ...object.metadata.annotations, ...change };
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
    // A holder that somebody else wrote belongs to no pod of ours, and ends like any other.
    holder: name ? { name, uid: uid ?? '' } : undefined,
    renewTime: spec.renewTime === undefined ? undefined : Date.parse(spec.renewTime),
    leaseDurationSeconds: spec.leaseDurationSeconds,
    waiting: new Map(
      Object.entries(metadata.annotations ?? {})
        .filter(([key]) => key.startsWith(WAITING_ANNOTATION_PREFIX))
        .map(([key, value]) => [key.slice(WAITING_ANNOTATION_PREFIX.length), Date.parse(value)]),
    ),
  };
}

/** Kubernetes wants six digits. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
