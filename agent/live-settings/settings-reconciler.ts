/*
 * Applies the live settings of the ConfigMap to a running broker. Readiness, stops and starts do not wait for it.
 */
import { LiveSettings } from '../../lib/seam/agent-config';
import { SettingAlteration, DescribedSetting } from '../kafka/broker-settings';
import { EventRecorder } from '../kubernetes/events';
import { log } from '../runtime/log';
import { brokerSettings, managedMarker } from './broker-setting';
import { riskOf } from './risk';
import { RiskGate } from './risk-gate';
import { SettingChange, toDynamicUnits, planBroker, planCluster, splitForeign } from './plan';
import { isSameValue } from '../text/same-value';

/**
 * Interval of checks while the ConfigMap is unchanged. Other clients can change settings too, and Kafka logs each rejected
 * change with a stack trace.
 */
const RETRY_MS = 60_000;

/** Scope of a change. */
export type SettingScope = 'broker' | 'cluster';

/** Effects of a settings reconciler. */
export interface SettingsEdges {
  /** Live settings of the mounted ConfigMap; undefined if it has none. */
  read(): Promise<LiveSettings | undefined>;
  isListening(): Promise<boolean>;
  describe(): Promise<readonly DescribedSetting[]>;
  /** Applies all alterations or none. Returns the reason if Kafka rejects them. */
  alter(scope: SettingScope, alterations: readonly SettingAlteration[]): Promise<string | undefined>;
  /** Milliseconds of a monotonic clock. */
  monotonicMs(): number;
  readonly recordEvent: EventRecorder;
  /** The cluster-wide settings that agents of the map have applied last, as JSON; undefined if there are none. */
  readApplied(): Promise<string | undefined>;
  recordApplied(settings: string): Promise<void>;
}

/** A setting that Kafka rejects, with the reason. */
export interface RejectedSetting {
  readonly name: string;
  readonly value?: string;
  readonly reason: string;
}

/** Changes by scope. */
interface DueChanges {
  readonly broker: readonly SettingChange[];
  readonly cluster: readonly SettingChange[];
}

/** State of the live settings of a broker. */
export interface SettingsStatus {
  /** Settings that do not have their desired values. */
  readonly pending: readonly string[];
  readonly rejected: readonly RejectedSetting[];
}

/** Reconciles the settings of one broker with its ConfigMap. */
export class SettingsReconciler {
  private content = '';
  private nextCheckAt = -Infinity;
  /** True if no agent of the map has applied the cluster-wide settings of this version of the ConfigMap yet. */
  private isClusterDue = true;
  /** The last changes, and the number of repetitions without effect. */
  private lastChanges = '';
  private repeats = 0;
  private lastRejectedMessage = '';
  private lastForeignMessage = '';
  private current: SettingsStatus = { pending: [], rejected: [] };

  constructor(
    private readonly edges: SettingsEdges,
    private readonly gate: RiskGate,
  ) {}

  /** Subject in log lines. */
  get title(): string {
    return 'settings';
  }

  /** Result of the last reconciliation. */
  get status(): SettingsStatus {
    return this.current;
  }

  /** Compares the settings once, and applies the difference. */
  async reconcile(): Promise<void> {
    const desired = await this.edges.read();
    if (desired === undefined) {
      return;
    }
    const content = JSON.stringify(desired);
    if (content !== this.content) {
      this.content = content;
      this.nextCheckAt = -Infinity;
      this.isClusterDue = true;
      this.lastRejectedMessage = '';
    }
    if (this.edges.monotonicMs() < this.nextCheckAt || !(await this.edges.isListening())) {
      return;
    }
    const settings = brokerSettings(await this.edges.describe());
    const own = planBroker(toDynamicUnits(desired.broker), settings);
    const shared = planCluster(desired.cluster, settings);
    const applied = JSON.stringify(desired.cluster);
    const record = this.isClusterDue ? await this.readRecord(applied) : 'same';
    const isClusterDue = record !== 'same';
    // Without a record, agents have not set the dynamic values of the cluster.
    const { foreign, others } = splitForeign(shared.cluster, record === 'none' ? settings : new Map());
    this.reportForeign(foreign);
    const pending = [...own.pending, ...shared.pending];
    // Status and retry time in case Kafka does not respond to the changes.
    this.current = { pending, rejected: [] };
    this.nextCheckAt = this.edges.monotonicMs() + RETRY_MS;
    const due = { broker: [...own.changes, ...shared.broker], cluster: isClusterDue ? others : [] };
    const { broker, cluster, isHeld } = await this.withoutRisks(due);
    const changes = JSON.stringify([...broker, ...cluster].map(({ name, value }) => [name, value]));
    this.repeats = changes === this.lastChanges ? this.repeats + 1 : 0;
    this.lastChanges = changes;
    const rejected = [
      ...(await this.applyChanges('broker', broker)),
      ...(await this.applyChanges('cluster', cluster)),
    ];
    if (!isHeld) {
      await this.gate.end();
    }
    this.current = { pending, rejected };
    await this.reportRejected(rejected);
    // Check again soon after a change: it may be the first of several steps.
    const isProgress = broker.length + cluster.length > rejected.length && this.repeats === 0;
    this.nextCheckAt = isProgress || isHeld ? -Infinity : this.edges.monotonicMs() + RETRY_MS;
    if (isClusterDue && !isHeld && !rejected.some(({ name }) => name in desired.cluster)) {
      await this.edges.recordApplied(applied);
      this.isClusterDue = false;
    }
  }

  /**
   * Compares the cluster-wide settings with those that agents have applied last. If they are the same, a different value is that of
   * a person, who may have set it in an incident, and an agent that starts must not change it back. Brokers receive a new ConfigMap
   * one after another: if each of them repeated the change, old and new values would alternate.
   */
  private async readRecord(settings: string): Promise<'same' | 'other' | 'none'> {
    try {
      const applied = await this.edges.readApplied();
      this.isClusterDue = applied !== settings;
      return applied === undefined ? 'none' : this.isClusterDue ? 'other' : 'same';
    } catch {
      // Settings of the broker do not depend on the API server. The next check reads again.
      return 'same';
    }
  }

  private reportForeign(changes: readonly SettingChange[]): void {
    const message = changes.map(({ name, from, to }) => `${name}=${from} (config: ${to})`).join(', ');
    if (message !== '' && message !== this.lastForeignMessage) {
      log.warn(
        `cluster-wide values that agents of this map have not set stay: ${message}; ` +
          'to use those of config, set them with kafka-configs.sh --entity-type brokers --entity-default',
      );
    }
    this.lastForeignMessage = message || this.lastForeignMessage;
  }

  /** Returns the changes that may be applied now. Those that delete data or weaken its safety wait for a turn. */
  private async withoutRisks({
    broker,
    cluster,
  }: DueChanges): Promise<DueChanges & { readonly isHeld: boolean }> {
    const risks = [...broker, ...cluster].filter((change) => riskOf(change) !== undefined);
    const isClusterWide = cluster.some((change) => risks.includes(change));
    if (risks.length === 0 || (await this.gate.allows(risks, isClusterWide))) {
      return { broker, cluster, isHeld: false };
    }
    const safe = (changes: readonly SettingChange[]) => changes.filter((change) => !risks.includes(change));
    return { broker: safe(broker), cluster: safe(cluster), isHeld: true };
  }

  /** Applies changes in one request, because some depend on each other. If Kafka rejects it, applies them one by one. */
  private async applyChanges(
    scope: SettingScope,
    changes: readonly SettingChange[],
  ): Promise<RejectedSetting[]> {
    const rejected = await this.alterEach(scope, changes);
    const names = new Set(rejected.map(({ name }) => name));
    const accepted = changes.filter(({ name }) => !names.has(name));
    if (accepted.length > 0 && this.repeats === 0) {
      await this.reportChanged(scope, accepted);
    } else if (accepted.length > 0 && this.repeats > 1) {
      // A busy broker can be late once.
      await this.reportUnused(accepted);
    }
    return rejected;
  }

  private async alterEach(
    scope: SettingScope,
    changes: readonly SettingChange[],
  ): Promise<RejectedSetting[]> {
    const reason = changes.length === 0 ? undefined : await this.alter(scope, changes);
    if (reason === undefined) {
      return [];
    }
    if (changes.length === 1) {
      const [{ name, value }] = changes;
      return [{ name, value, reason }];
    }
    const rejected: RejectedSetting[] = [];
    for (const change of changes) {
      rejected.push(...(await this.alterEach(scope, [change])));
    }
    return rejected;
  }

  private alter(scope: SettingScope, changes: readonly SettingChange[]): Promise<string | undefined> {
    const alterations = changes.flatMap(({ name, value }) =>
      scope === 'cluster'
        ? [{ name, value }]
        : [
            { name, value },
            { name: managedMarker(name), value: value === undefined ? undefined : 'set' },
          ],
    );
    return this.edges.alter(scope, alterations);
  }

  private async reportChanged(scope: SettingScope, changes: readonly SettingChange[]): Promise<void> {
    const visible = changes.filter(({ from, to }) => !isSameValue(from, to));
    if (visible.length === 0) {
      log.info('dynamic values deleted: server.properties contains the same values since the last start', {
        settings: changes.map(({ name }) => name),
      });
      return;
    }
    const texts = visible.map(({ name, from, to }) => `${name}=${to} (was ${from})`);
    const subject = scope === 'cluster' ? 'cluster-wide settings' : 'settings';
    log.info(`${subject} changed without a restart`, { settings: texts });
    await this.edges.recordEvent(
      'Normal',
      'SettingsChanged',
      `${subject} changed without a restart: ${texts.join(', ')}`,
    );
  }

  /** Observed when Kafka had not enough memory for a change. */
  private async reportUnused(changes: readonly SettingChange[]): Promise<void> {
    const names = changes.map(({ name }) => name).join(', ');
    const message = `Kafka has accepted ${names} but does not use it; see the log of the broker, a restart may be required`;
    log.warn(message, { retryInSeconds: RETRY_MS / 1000 });
    await this.edges.recordEvent('Warning', 'SettingsNotInUse', message);
  }

  private async reportRejected(rejected: readonly RejectedSetting[]): Promise<void> {
    const message = rejected
      .map(
        ({ name, value, reason }) =>
          `${name}${value === undefined ? ' (reset to the default)' : `=${value}`}: ${reason}`,
      )
      .join('; ');
    if (message !== this.lastRejectedMessage) {
      this.lastRejectedMessage = message;
      if (message !== '') {
        log.warn(`Kafka rejects settings: ${message}`, { retryInSeconds: RETRY_MS / 1000 });
        await this.edges.recordEvent(
          'Warning',
          'SettingsRejected',
          `Kafka rejects ${message}. Correct the settings: server.properties contains them too, and a broker reads it when it starts`,
        );
      }
    }
  }
}
