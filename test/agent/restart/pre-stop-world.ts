/* The preStop hook with a Lease in memory and a clock that only sleep advances. */
import { ConflictError } from '../../../agent/kubernetes/client';
import { LogFields, log } from '../../../agent/runtime/log';
import { ForceState } from '../../../agent/annotations/force-request';
import { ConflictingLease } from '../../../agent/restart/other-stop-leases';
import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { LeaseSnapshot } from '../../../agent/restart/stop-lease';
import { StopVerdict } from '../../../agent/restart/stop-verdict';
import { LeaseRecord, Pod } from '../../../agent/restart/lease-state';

/** Positive verdict. */
export const MAY: StopVerdict = { mayStop: true, allInSync: true, reason: 'enough replicas are in sync' };
/** Limits of the hook. */
export const LIMITS = {
  preStopTimeoutSeconds: 1200,
  shutdownGracePeriodSeconds: 600,
  atRiskTopics: 'allow',
} as const;
/** No force-stop request. */
export const NO_REQUEST: ForceState = { kind: 'none' };

/** A Lease in memory. A change of an outdated read fails with a conflict. */
export class FakeLease {
  record: LeaseRecord = {};
  version = 0;
  isUnavailable = false;
  readonly changes: string[] = [];

  async read(): Promise<LeaseSnapshot> {
    if (this.isUnavailable) throw new Error('the API server does not answer');
    return {
      record: this.record,
      object: { metadata: { name: 'l', resourceVersion: String(this.version) } },
    };
  }
  async acquire(read: LeaseSnapshot, me: Pod): Promise<void> {
    this.change(read, `${me.name} acquires`, { ...this.record, holder: me, renewTime: Date.now() });
  }
  async release(read: LeaseSnapshot): Promise<void> {
    this.change(read, 'released', { ...this.record, holder: undefined });
  }
  async markWaiting(read: LeaseSnapshot, me: Pod): Promise<void> {
    const waiting = new Map([...(this.record.waiting ?? []), [me.name, Date.now()]] as [string, number][]);
    this.change(read, `${me.name} waits`, { ...this.record, waiting });
  }
  private change(read: LeaseSnapshot, change: string, record: LeaseRecord): void {
    if (read.object.metadata.resourceVersion !== String(this.version)) throw new ConflictError('changed');
    this.version++;
    this.record = record;
    this.changes.push(change);
  }
}

/** Environment of a hook. */
export interface Scene {
  readonly judge?: (second: number, isLast: boolean) => StopVerdict;
  readonly conflict?: (second: number) => ConflictingLease | undefined;
  readonly noReplacement?: string;
  readonly force?: ForceState;
  readonly position?: number;
  /** True if every observation times out. */
  readonly isStuck?: boolean;
  readonly eachSecond?: (second: number) => void;
}

/** Creates the hook of pod b-3. */
export function createHook(lease: FakeLease, scene: Scene = {}) {
  const { judge = () => MAY, conflict, noReplacement, force = NO_REQUEST, eachSecond, position = 3 } = scene;
  let now = 0;
  const hook = new PreStopHook({ name: 'b-3', uid: '3' }, { position, count: 6 }, LIMITS, {
    judge: async (isLast) => judge(now / 1000, isLast),
    lease,
    findConflict: async () => conflict?.(now / 1000),
    noReplacementReason: async () => noReplacement,
    evaluateForce: () => force,
    recordEvent: async (reason, message) => void events.push(`${reason} ${message}`),
    withTimeout: async (ms, action) => {
      if (scene.isStuck) {
        now += ms;
        return undefined;
      }
      return action;
    },
    monotonicMs: () => now,
    sleep: async (ms) => {
      now += ms;
      eachSecond?.(now / 1000);
    },
  });
  return { hook, seconds: () => now / 1000 };
}

/** Log lines of all hooks. */
export const lines: string[] = [];
/** Events of all pods. */
export const events: string[] = [];

/** Starts to record log lines and Events. */
export function recordOutput(): void {
  lines.length = 0;
  events.length = 0;
  for (const level of ['info', 'warn', 'error'] as const) {
    jest.spyOn(log, level).mockImplementation((message: string, fields?: LogFields) => {
      lines.push(`${level} ${message}${fields?.reason === undefined ? '' : `: ${String(fields.reason)}`}`);
    });
  }
}
