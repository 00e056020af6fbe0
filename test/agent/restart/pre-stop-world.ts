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

/** Annotation values and renewal times of a fake Lease are never equal. */
let changes = 0;

/** A Lease of a server that has just renewed it. */
export function heldBy(name: string): LeaseRecord {
  return {
    holder: { name, uid: name.split('-')[1] },
    renewTime: String(++changes),
    leaseDurationSeconds: 900,
  };
}

/** A Lease in memory. A change of its holder fails with a conflict after an outdated read. */
export class FakeLease {
  record: LeaseRecord = {};
  unchangedMs = 0;
  version = 0;
  isUnavailable = false;
  readonly changes: string[] = [];

  async readOrCreate(): Promise<LeaseSnapshot> {
    if (this.isUnavailable) throw new Error('the API server does not answer');
    return {
      record: this.record,
      unchangedMs: this.unchangedMs,
      waiting: [...(this.record.waiting?.keys() ?? [])],
      outdated: [],
      object: { metadata: { name: 'l', resourceVersion: String(this.version) } },
    };
  }
  async acquire(read: LeaseSnapshot, me: Pod): Promise<void> {
    this.change(read, `${me.name} acquires`, { ...this.record, holder: me, renewTime: String(++changes) });
  }
  async release(read: LeaseSnapshot): Promise<void> {
    this.change(read, 'released', { ...this.record, holder: undefined });
  }
  async setWaiting(me: Pod, isWaiting: boolean): Promise<void> {
    const waiting = new Map([...(this.record.waiting ?? []), [me.name, '']]);
    if (!isWaiting) waiting.delete(me.name);
    this.version++;
    this.record = { ...this.record, waiting };
    this.changes.push(isWaiting ? `${me.name} waits` : `${me.name} no longer waits`);
  }
  private change(read: LeaseSnapshot, change: string, record: LeaseRecord): void {
    if (read.object.metadata.resourceVersion !== String(this.version)) throw new ConflictError('changed');
    this.version++;
    this.unchangedMs = 0;
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
  /** True if the wall clock runs, so that slots change. */
  readonly hasRunningClock?: boolean;
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
    readOwner: async () => ({ noReplacementReason: noReplacement, force }),
    recordEvent: async (_type, reason, message) => void events.push(`${reason} ${message}`),
    withTimeout: async (ms, action) => {
      if (scene.isStuck && ms > 3_000) {
        now += ms;
        return undefined;
      }
      return action;
    },
    monotonicMs: () => now,
    // Holders of the Lease may stop 20 seconds after the begin of a slot.
    wallMs: () => 20_000 + (scene.hasRunningClock ? now : 0),
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
