import { HOLD_SETTINGS_ANNOTATION } from '../../lib/seam/agent-config';
import { EventRecorder } from '../kubernetes/events';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { SettingChange } from './plan';
import { riskOf } from './risk';

/** Time between the announcement of a change and the change, in which an operator can stop it. */
export const NOTICE_MS = 30_000;

/** Effects of the gate. */
export interface RiskEdges {
  /** Value of the annotation that stops these changes; undefined if it is not set. */
  readHold(): Promise<string | undefined>;
  /** Acquires the stop lease, so that one broker of the map changes at a time. Returns the reason if it cannot. */
  acquireTurn(): Promise<string | undefined>;
  /** Releases it. False if it has to be tried again. */
  releaseTurn(): Promise<boolean>;
  monotonicMs(): number;
  readonly recordEvent: EventRecorder;
}

/** Names of the map whose changes a gate allows. */
export interface GateNames {
  readonly clusterName: string;
  readonly statefulSet: string;
}

/** Lets the brokers of a map apply risky changes one after another, each after an announcement. */
export class RiskGate {
  private announcedAt?: number;
  private announced = '';
  private hasTurn = false;
  private lastMessage = '';

  constructor(
    private readonly names: GateNames,
    private readonly edges: RiskEdges,
  ) {}

  /**
   * True if these changes may be applied now.
   *
   * @param isClusterWide true if one of them applies to the whole cluster
   */
  async allows(changes: readonly SettingChange[], isClusterWide: boolean): Promise<boolean> {
    const text = changes
      .map((change) => `${change.name}=${change.to} (was ${change.from}) ${riskOf(change)}`)
      .join(', ');
    const obstacle = await this.obstacle();
    if (obstacle !== undefined) {
      this.logOnce(`settings are not changed yet: ${text}; ${obstacle}`);
      await this.end();
      return false;
    }
    this.hasTurn = true;
    if (this.announced !== text) {
      this.announced = text;
      this.announcedAt = this.edges.monotonicMs();
      this.lastMessage = '';
      const message = `in ${NOTICE_MS / 1000} s: ${text}. ${this.howToStop(isClusterWide)}`;
      log.warn(`settings will change ${message}`);
      await this.edges.recordEvent('Warning', 'RiskySettings', `Settings will change ${message}`);
    }
    return this.edges.monotonicMs() - (this.announcedAt ?? Infinity) >= NOTICE_MS;
  }

  /** Ends the turn of this broker, after its changes or without any. */
  async end(): Promise<void> {
    this.announced = '';
    this.announcedAt = undefined;
    if (this.hasTurn) {
      this.hasTurn = !(await this.edges.releaseTurn());
    }
  }

  private howToStop(isClusterWide: boolean): string {
    const { clusterName, statefulSet } = this.names;
    // A broker of any map can change the whole cluster, so the annotation of one map does not prevent that.
    const [who, target] = isClusterWide
      ? [
          'The whole cluster changes, from the first map that is not stopped. To stop all maps',
          `-l cdk8s-kafka.io/cluster=${clusterName},cdk8s-kafka.io/map`,
        ]
      : ['The brokers of the map follow one after another. To stop this', statefulSet];
    return (
      `${who}: kubectl annotate --field-manager=flux-client-side-apply statefulset ${target} ` +
      `${HOLD_SETTINGS_ANNOTATION}='<your name>: <reason>'`
    );
  }

  private async obstacle(): Promise<string | undefined> {
    try {
      const hold = await this.edges.readHold();
      return hold === undefined
        ? await this.edges.acquireTurn()
        : `annotation ${HOLD_SETTINGS_ANNOTATION} stops them: ${hold}`;
    } catch (error) {
      // Without an API server nobody can stop the change.
      return reasonOf(error);
    }
  }

  private logOnce(message: string): void {
    if (message !== this.lastMessage) {
      this.lastMessage = message;
      log.warn(message);
    }
  }
}
