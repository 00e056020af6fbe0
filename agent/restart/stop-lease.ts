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

/** A Lease as it was read. A change fails if the Lease has changed since. */
export interface LeaseSnapshot {
  readonly record: LeaseRecord;
  /** Value of the force-stop annotation. */
  readonly forceAnnotation?: string;
  readonly object: LeaseObject;
}

const WAITING_ANNOTATION_PREFIX = 'waiting.cdk8s-kafka.io/';
const MAX_ATTEMPTS = 5;

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

/** The Lease that serializes the stops of a StatefulSet. */
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
   * Reads the Lease.
   *
   * @throws OperatorError if the Lease does not exist or the agent is not authorized
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async read(): Promise<LeaseSnapshot> {
    const object = await getObject<LeaseObject>(this.path, this.permission);
    if (object === undefined) {
      throw new OperatorError(`Lease '${this.name}' does not exist`, 'apply the complete synthesized YAML');
    }
    return {
      record: recordOf(object),
      forceAnnotation: object.metadata.annotations?.[FORCE_STOP_ANNOTATION],
      object,
    };
  }

  /**
   * Makes a pod the holder, or renews the Lease if it is the holder already.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async acquire({ object, record }: LeaseSnapshot, me: Pod): Promise<void> {
    const now = microTime();
    const isHolder = record.holder?.uid === me.uid;
    await this.write(
      object,
      {
        holderIdentity: `${me.name}/${me.uid}`,
        acquireTime: isHolder ? object.spec?.acquireTime : now,
        renewTime: now,
        leaseDurationSeconds: LEASE_DURATION_SECONDS,
        leaseTransitions: (object.spec?.leaseTransitions ?? 0) + (isHolder ? 0 : 1),
      },
      { [`${WAITING_ANNOTATION_PREFIX}${me.name}`]: undefined },
    );
  }

  /**
   * Renews the Lease for its current holder.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async renew({ object }: LeaseSnapshot): Promise<void> {
    await this.write(object, { ...object.spec, renewTime: microTime() });
  }

  /**
   * Removes the holder.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async release({ object }: LeaseSnapshot): Promise<void> {
    await this.write(object, { leaseTransitions: object.spec?.leaseTransitions });
  }

  /**
   * Records that a pod waits for the Lease.
   *
   * @throws ConflictError if the Lease has changed since it was read
   */
  async markWaiting({ object }: LeaseSnapshot, me: Pod): Promise<void> {
    await this.write(object, object.spec, {
      [`${WAITING_ANNOTATION_PREFIX}${me.name}`]: new Date().toISOString(),
    });
  }

  private async write(
    object: LeaseObject,
    spec: LeaseObject['spec'],
    annotationChanges: Readonly<Record<string, string | undefined>> = {},
  ): Promise<void> {
    // JSON omits undefined values, which removes the annotation.
    const annotations = { ...object.metadata.annotations, ...annotationChanges };
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
    renewTime: spec.renewTime === undefined ? undefined : Date.parse(spec.renewTime),
    leaseDurationSeconds: spec.leaseDurationSeconds,
    waiting: new Map(
      Object.entries(metadata.annotations ?? {})
        .filter(([key]) => key.startsWith(WAITING_ANNOTATION_PREFIX))
        .map(([key, value]) => [key.slice(WAITING_ANNOTATION_PREFIX.length), Date.parse(value)]),
    ),
  };
}

/** Kubernetes requires six decimal places. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
