import { LiveSettings } from '../../../lib/seam/agent-config';
import { SettingAlteration } from '../../../agent/kafka/broker-settings';
import { RiskGate } from '../../../agent/live-settings/risk-gate';
import { SettingScope, SettingsReconciler } from '../../../agent/live-settings/settings-reconciler';
import { log } from '../../../agent/runtime/log';
import { BrokerModel } from './broker-model';

export const MINUTE = 60_000;
const ALL = { 'num.io.threads': null, 'message.max.bytes': null, 'background.threads': null };

/** Virtual time in milliseconds. */
export const clock = { now: 0 };
/** Events and log lines of the current test. */
export const events: string[] = [];
export const logged: string[] = [];

/** Resets the clock, and collects Events and log lines. */
export function startRecording(): void {
  clock.now = 0;
  events.length = 0;
  logged.length = 0;
  for (const level of ['info', 'warn'] as const) {
    jest.spyOn(log, level).mockImplementation((message, { settings = '' } = {}) => {
      logged.push(`${level} ${message} ${String(settings)}`.trim());
    });
  }
}

/** A broker with its ConfigMap and its agent. */
export class Environment {
  readonly broker: BrokerModel;
  readonly requests: string[] = [];
  desired: LiveSettings | undefined = { broker: ALL, cluster: {} };
  isListening = true;
  isUnresponsive = false;
  isApiServerAway = false;
  /** Cluster-wide settings that agents have applied last. */
  applied?: string;
  /** Annotation that stops risky changes. */
  hold?: string;
  /** Reason why the stop lease cannot be acquired. */
  noTurn?: string;
  turns: string[] = [];
  reconciler: SettingsReconciler;

  constructor(file: Record<string, string> = {}) {
    this.broker = new BrokerModel(file);
    this.reconciler = this.newReconciler();
  }

  newReconciler(): SettingsReconciler {
    const { broker } = this;
    const edges = {
      read: async () => this.desired,
      isListening: async () => this.isListening,
      describe: async () => {
        this.requests.push('describe');
        return broker.describe();
      },
      alter: async (scope: SettingScope, alterations: readonly SettingAlteration[]) => {
        this.requests.push(`${scope} ${alterations.map(({ name, value }) => `${name}=${value}`).join(' ')}`);
        if (this.isUnresponsive) {
          throw new Error('no answer');
        }
        return broker.alter(scope === 'broker' ? broker.own : broker.cluster, alterations);
      },
      monotonicMs: () => clock.now,
      recordEvent: async (type: string, reason: string, message: string) =>
        void events.push(`${type} ${reason}: ${message}`),
      readApplied: async () => {
        if (this.isApiServerAway) {
          throw new Error('no API server');
        }
        return this.applied;
      },
      recordApplied: async (settings: string) => void (this.applied = settings),
      readHold: async () => this.hold,
      acquireTurn: async () => {
        this.turns.push(this.noTurn === undefined ? 'acquired' : 'denied');
        return this.noTurn;
      },
      releaseTurn: async () => {
        this.turns.push('released');
        return true;
      },
    };
    return new SettingsReconciler(
      edges,
      new RiskGate({ clusterName: 'events', statefulSet: 'events-streams' }, edges),
    );
  }

  apply(broker: Record<string, string>, cluster: Record<string, string> = {}): void {
    this.desired = { broker: { ...ALL, ...broker }, cluster };
  }

  async reconcile(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await this.reconciler.reconcile();
      clock.now += 5_000;
    }
  }
}
