import { ConflictError, getObject, replaceObject } from '../kubernetes/client';
import { microTime } from '../kubernetes/micro-time';

interface LeaseObject {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly acquireTime?: string;
    readonly leaseTransitions?: number;
  };
}

const DURATION_SECONDS = 60;

/**
 * A Lease whose holder acts. A Deployment with one pod can have two for a while, if the node of the first does not answer. The program
 * creates the Lease: Argo CD never applies one.
 */
export class LeaderLease {
  private readonly path: string;
  private readonly permission: string;
  private seen?: { readonly content: string; readonly since: number };

  constructor(
    namespace: string,
    private readonly name: string,
    private readonly me: string,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
    this.permission = `create, get and update on Lease ${namespace}/${name}`;
  }

  /**
   * Acquires or renews the Lease.
   *
   * @returns the identity of the holder: this process if it has it
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async acquire(): Promise<string> {
    const found = await getObject<LeaseObject>(this.path, this.permission);
    const { holderIdentity: holder, renewTime } = found?.spec ?? {};
    if (
      holder !== undefined &&
      holder !== '' &&
      holder !== this.me &&
      !this.hasExpired(`${holder} ${renewTime}`)
    ) {
      return holder;
    }
    try {
      await this.write(found);
    } catch (error) {
      if (error instanceof ConflictError) {
        return 'another process';
      }
      throw error;
    }
    return this.me;
  }

  /** Gives the Lease back, so that the next process need not wait until it expires. */
  async release(): Promise<void> {
    const found = await getObject<LeaseObject>(this.path, this.permission);
    if (found?.spec?.holderIdentity === this.me) {
      await this.write(found, '');
    }
  }

  /** As in client-go: the times in the Lease are those of another clock, so the age of what this process has seen counts. */
  private hasExpired(content: string): boolean {
    const now = this.monotonicMs();
    if (this.seen?.content !== content) {
      this.seen = { content, since: now };
    }
    return now - this.seen.since > DURATION_SECONDS * 1_000;
  }

  private async write(found: LeaseObject | undefined, holder = this.me): Promise<void> {
    const now = microTime();
    const { holderIdentity, acquireTime, leaseTransitions = 0 } = found?.spec ?? {};
    const isHolder = holderIdentity === this.me;
    await replaceObject(this.path, this.permission, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: found?.metadata ?? { name: this.name },
      spec: {
        holderIdentity: holder,
        acquireTime: isHolder ? acquireTime : now,
        renewTime: now,
        leaseDurationSeconds: DURATION_SECONDS,
        leaseTransitions: leaseTransitions + (isHolder ? 0 : 1),
      },
    });
  }
}
