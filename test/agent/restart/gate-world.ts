/* The gate over a Lease in memory, with a clock that only sleeping moves. */
import { ConflictError } from '../../../agent/kubernetes/client';
import { LogFields, log } from '../../../agent/runtime/log';
import { ForceState } from '../../../agent/annotations/force-request';
import { ConflictingLease } from '../../../agent/restart/other-stop-leases';
import { PreStopHook } from '../../../agent/restart/pre-stop-hook';
import { LeaseSnapshot } from '../../../agent/restart/stop-lease';
import { StopVerdict } from '../../../agent/restart/stop-verdict';
import { LeaseRecord, Pod } from '../../../agent/restart/lease-state';

/** All is well. */
export const MAY: StopVerdict = { mayStop: true, allInSync: true, reason: 'enough are in sync' };
export const LIMITS = { holdSeconds: 1200, graceSeconds: 600, atRiskTopics: 'allow' } as const;
/** Nobody demands anything. */
export const NONE: ForceState = { kind: 'none' };

/** A Lease that fails every change of a state that is not the newest. */
export class FakeLease {
  record: LeaseRecord = {};
  version = 0;
  isAway = false;
  readonly changes: string[] = [];

  async read(): Promise<LeaseSnapshot> {
    if (this.isAway) throw new Error('the API server does not answer');
    return {
      record: this.record,
      object: { metadata: { name: 'l', resourceVersion: String(this.version) } },
    };
  }
  async take(read: LeaseSnapshot, me: Pod): Promise<void> {
    this.change(read, `${me.name} takes`, { ...this.record, holder: me, renewTime: Date.now() });
  }
  async release(read: LeaseSnapshot): Promise<void> {
    this.change(read, 'released', { ...this.record, holder: undefined });
  }
  async queue(read: LeaseSnapshot, me: Pod): Promise<void> {
    const waiting = new Map([...(this.record.waiting ?? []), [me.name, Date.now()]] as [string, number][]);
    this.change(read, `${me.name} queues`, { ...this.record, waiting });
  }
  private change(read: LeaseSnapshot, what: string, record: LeaseRecord): void {
    if (read.object.metadata.resourceVersion !== String(this.version)) throw new ConflictError('changed');
    this.version++;
    this.record = record;
    this.changes.push(what);
  }
}

/** What is around a gate. */
export interface Scene {
  readonly judge?: (second: number, isLast: boolean) => StopVerdict;
  readonly neighbour?: (second: number) => ConflictingLease | undefined;
  readonly retired?: string;
  readonly force?: ForceState;
  readonly rank?: number;
  /** How long a look takes at least, and what comes of it when that is too long. */
  readonly isStuck?: boolean;
  readonly eachSecond?: (second: number) => void;
}

/** The gate of the pod b-3. */
export function gateOf(lease: FakeLease, scene: Scene = {}) {
  const { judge = () => MAY, neighbour, retired, force = NONE, eachSecond, rank = 3 } = scene;
  let now = 0;
  const gate = new PreStopHook({ name: 'b-3', uid: '3' }, { position: rank, count: 6 }, LIMITS, {
    judge: async (isLast) => judge(now / 1000, isLast),
    lease,
    findConflict: async () => neighbour?.(now / 1000),
    noReplacementReason: async () => retired,
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
  return { gate, seconds: () => now / 1000 };
}

/** What gates have logged, and what they have told people. */
export const lines: string[] = [];
/** Events of the pods. */
export const events: string[] = [];

/** Collects what is logged, from now on. */
export function listen(): void {
  lines.length = 0;
  events.length = 0;
  for (const level of ['info', 'warn', 'error'] as const) {
    jest.spyOn(log, level).mockImplementation((message: string, fields?: LogFields) => {
      lines.push(`${level} ${message}${fields?.reason === undefined ? '' : `: ${String(fields.reason)}`}`);
    });
  }
}
