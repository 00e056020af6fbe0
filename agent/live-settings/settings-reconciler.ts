/*
 * Makes a running broker have what its ConfigMap says. Nothing waits for it: not readiness, not a stop, not a start.
 */
import { LiveSettings } from '../../lib/seam/agent-config';
import { SettingAlteration, DescribedSetting } from '../kafka/broker-settings';
import { log } from '../runtime/log';
import { brokerSettings, managedMarker } from './broker-setting';
import { SettingChange, toDynamicUnits, planBroker, planCluster } from './plan';
import { isSameValue } from './values';

/**
 * Pause while the ConfigMap stays as it is: others may change settings too, and what Kafka refuses it logs with a stack
 * trace each time.
 */
const RETRY_MS = 60_000;

/** Whose settings are changed. */
export type SettingScope = 'broker' | 'cluster';

/** What a keeper does to the world. */
export interface SettingsEdges {
  /** What the ConfigMap says, as the kubelet has it by now; undefined where nothing is to be applied. */
  read(): Promise<LiveSettings | undefined>;
  isListening(): Promise<boolean>;
  describe(): Promise<readonly DescribedSetting[]>;
  /** Changes all of them or none, and says why not. */
  alter(scope: SettingScope, alterations: readonly SettingAlteration[]): Promise<string | undefined>;
  /** Milliseconds on a clock that never jumps. */
  monotonicMs(): number;
  recordEvent(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

/** A setting that Kafka does not take, and why. */
export interface RejectedSetting {
  readonly name: string;
  readonly value?: string;
  readonly reason: string;
}

/** How far a keeper is. */
export interface SettingsStatus {
  /** Settings that do not have their values yet. */
  readonly pending: readonly string[];
  readonly refused: readonly RejectedSetting[];
}

/** Keeps the settings of one broker as its ConfigMap says. */
export class SettingsReconciler {
  private content = '';
  private nextCheckAt = -Infinity;
  /** Whether the cluster's settings are still to be looked at, for this content of the ConfigMap. */
  private isClusterDue = true;
  /** The changes of the last look, and how often they have been made since without avail. */
  private lastChanges = '';
  private repeats = 0;
  private lastRejectedMessage = '';
  private current: SettingsStatus = { pending: [], refused: [] };

  constructor(private readonly edges: SettingsEdges) {}

  /** What it keeps, for the log. */
  get title(): string {
    return 'settings';
  }

  /** How far it is. */
  get status(): SettingsStatus {
    return this.current;
  }

  /** Looks once, and changes what has to be changed. */
  async reconcile(): Promise<void> {
    const wanted = await this.edges.read();
    if (wanted === undefined) {
      return;
    }
    const content = JSON.stringify(wanted);
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
    const own = planBroker(toDynamicUnits(wanted.broker), settings);
    const shared = planCluster(wanted.cluster, settings);
    // Brokers learn of a new ConfigMap one after another. Were each to insist, the old and the new would change the
    // cluster to and fro.
    const cluster = this.isClusterDue ? shared.cluster : [];
    const broker = [...own.changes, ...shared.broker];
    const changes = JSON.stringify([...broker, ...cluster].map(({ name, value }) => [name, value]));
    this.repeats = changes === this.lastChanges ? this.repeats + 1 : 0;
    this.lastChanges = changes;
    const pending = [...own.pending, ...shared.pending];
    // Should Kafka not even answer, this is what is known, and the next try is not at once.
    this.current = { pending, refused: [] };
    this.nextCheckAt = this.edges.monotonicMs() + RETRY_MS;
    const refused = [...(await this.applyChanges('broker', broker)), ...(await this.applyChanges('cluster', cluster))];
    this.isClusterDue &&= refused.some(({ name }) => name in wanted.cluster);
    this.current = { pending, refused };
    await this.reportRejected(refused);
    // Soon where something was changed, as it may have been only a step.
    const isProgress = broker.length + cluster.length > refused.length && this.repeats === 0;
    this.nextCheckAt = isProgress ? -Infinity : this.edges.monotonicMs() + RETRY_MS;
  }

  /** Changes all at once, for those that go together; if Kafka refuses, one after another, so that one holds up no others. */
  private async applyChanges(scope: SettingScope, changes: readonly SettingChange[]): Promise<RejectedSetting[]> {
    const refused = await this.alterEach(scope, changes);
    const names = new Set(refused.map(({ name }) => name));
    const done = changes.filter(({ name }) => !names.has(name));
    if (done.length > 0 && this.repeats === 0) {
      await this.reportChanged(scope, done);
    } else if (done.length > 0 && this.repeats > 1) {
      // A busy broker may be late once.
      await this.reportUnused(done);
    }
    return refused;
  }

  private async alterEach(scope: SettingScope, changes: readonly SettingChange[]): Promise<RejectedSetting[]> {
    const reason = changes.length === 0 ? undefined : await this.alter(scope, changes);
    if (reason === undefined) {
      return [];
    }
    if (changes.length === 1) {
      const [{ name, value }] = changes;
      return [{ name, value, reason }];
    }
    const refused: RejectedSetting[] = [];
    for (const change of changes) {
      refused.push(...(await this.alterEach(scope, [change])));
    }
    return refused;
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
      log.info('values set while Kafka ran are taken away, it has been started with them', {
        settings: changes.map(({ name }) => name),
      });
      return;
    }
    const texts = visible.map(({ name, from, to }) => `${name}=${to} (was ${from})`);
    const whose = scope === 'cluster' ? 'settings of the cluster' : 'settings';
    log.info(`${whose} changed while Kafka runs`, { settings: texts });
    await this.edges.recordEvent(
      'Normal',
      'SettingsChanged',
      `${whose} changed without a restart: ${texts.join(', ')}`,
    );
  }

  /** Seen where Kafka had no memory for what a change takes. */
  private async reportUnused(changes: readonly SettingChange[]): Promise<void> {
    const names = changes.map(({ name }) => name).join(', ');
    const message = `Kafka has taken ${names} and does not use it; its log says why, and a restart may be needed`;
    log.warn(message, { nextTryInSeconds: RETRY_MS / 1000 });
    await this.edges.recordEvent('Warning', 'SettingsNotInUse', message);
  }

  private async reportRejected(refused: readonly RejectedSetting[]): Promise<void> {
    const message = refused
      .map(
        ({ name, value, reason }) =>
          `${name}${value === undefined ? ' back to its default' : `=${value}`}: ${reason}`,
      )
      .join('; ');
    if (message !== this.lastRejectedMessage) {
      this.lastRejectedMessage = message;
      if (message !== '') {
        log.warn(`Kafka refuses settings: ${message}`, { nextTryInSeconds: RETRY_MS / 1000 });
        await this.edges.recordEvent(
          'Warning',
          'SettingsRefused',
          `Kafka refuses ${message}. They stand in server.properties all the same, and a broker that starts would read them: correct them`,
        );
      }
    }
  }
}
