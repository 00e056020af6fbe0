import { ListenerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { PrivateKeyEntry, Stores, toStoreFiles, parseStores } from './validation';
import { Handshake } from './handshake';
import { ManagedFolder } from './managed-folder';
import { verifyReload } from './reload-verification';
import { ReloadStep, isSameStores, planReload } from './reload-plan';
import { CertificateSource } from './source';
import { certificateLogFields } from './summary';

/** A server reads its stores within this time after it was told to. */
const RELOAD_DELAY_MS = 2_000;
const VERIFICATION_TIMEOUT_MS = 10_000;
const VERIFICATION_INTERVAL_MS = 250;
/** Pause after a failure, while the source stays as it is. */
const RETRY_MS = 60_000;

/** What a keeper does to the world. */
export interface CertificateReconcilerEdges {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
  isListening(port: number): Promise<boolean>;
  handshake(port: number, client?: PrivateKeyEntry): Promise<Handshake>;
  /** Makes the server read its stores again. */
  reload(listener: string): Promise<void>;
  recordEvent(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

/** What is told about a set of certificates, for Prometheus. */
export interface CertificateRecorder {
  inUse(folder: string, stores: Stores): void;
  reloaded(folder: string, at: number): void;
  failed(folder: string): void;
  /** Whether the source has something that is not fit to be taken over. */
  refused(folder: string, isRefused: boolean): void;
  restartPending(folder: string, isPending: boolean): void;
}

/** Keeps one set of certificates up to date. What a server gets is fit, and that it has taken it over is proven. */
export class CertificateReconciler {
  /** Whether the running server is known to have what the files hold. */
  private isVerified = false;
  /** What the server may have loaded before the files were renewed, when that happened before it listened. */
  private loaded?: Stores;
  private retryAt = -Infinity;
  /** Whether only a restart is known to bring what the source has. */
  private needsRestart = false;
  private failedStores?: Stores;
  private readonly source: CertificateSource;
  /** What was last said about the source, and about the server. */
  private readonly lastMessages = new Map<string, string | undefined>();

  constructor(
    private readonly managed: ManagedFolder,
    private readonly edges: CertificateReconcilerEdges,
    private readonly recorder: CertificateRecorder,
  ) {
    this.source = new CertificateSource(managed);
  }

  /** Name of the folder. */
  get name(): string {
    return this.managed.folder.name;
  }

  /** What it keeps, for the log. */
  get title(): string {
    return `certificates '${this.name}'`;
  }

  /** Looks at the source once, and does what has to be done. */
  async reconcile(): Promise<void> {
    const current = parseStores(await this.managed.folder.readStores());
    this.recorder.inUse(this.name, current);
    const wanted = await this.wanted(current);
    if (!this.managed.isDynamic) {
      this.recorder.restartPending(this.name, wanted !== undefined && !isSameStores(current, wanted));
      return;
    }
    const isSame = wanted === undefined || isSameStores(current, wanted);
    if (isSame && this.isVerified) {
      return;
    }
    if (await this.isDown()) {
      await this.writeBeforeStart(current, isSame ? current : wanted);
    } else if (!this.isBackingOff(wanted ?? current)) {
      await this.reloadTo(current, wanted ?? current);
    }
  }

  /** What the server should have; undefined when the source has nothing that it can be given. */
  private async wanted(current: Stores): Promise<Stores | undefined> {
    const found = await this.source.check(current, this.edges.now());
    if (found === undefined) {
      return undefined;
    }
    const { wanted, problem, requiresRestart: isForRestart = false } = found;
    this.recorder.restartPending(this.name, isForRestart || this.needsRestart);
    this.recorder.refused(this.name, problem !== undefined);
    await this.reportProblem(
      problem && `certificates '${this.name}' are left as they are: ${problem}`,
      'CertificateRefused',
    );
    return wanted;
  }

  private isBackingOff(wanted: Stores): boolean {
    return (
      this.failedStores !== undefined && isSameStores(this.failedStores, wanted) && this.edges.monotonicMs() < this.retryAt
    );
  }

  private async isDown(): Promise<boolean> {
    const [first] = this.managed.listeners;
    return first !== undefined && !(await this.edges.isListening(first.port));
  }

  /** The server reads the files when it starts, or has just read them; which of the two shows when it listens. */
  private async writeBeforeStart(current: Stores, wanted: Stores): Promise<void> {
    this.isVerified = false;
    this.needsRestart = false;
    const steps = planReload(current, wanted, this.edges.now());
    if (steps.length > 0) {
      this.loaded ??= current;
      for (const { stores } of steps) {
        await this.write(stores);
      }
      log.info(`certificates written, ${this.managed.server} does not listen yet`, certificateLogFields(this.name, wanted));
    }
  }

  private async reloadTo(current: Stores, wanted: Stores): Promise<void> {
    let last = current;
    try {
      if (!this.isVerified) {
        last = await this.verifyCurrent(current, isSameStores(current, wanted));
      }
      const steps = planReload(last, wanted, this.edges.now());
      for (const step of steps) {
        await this.applyStep(step, last);
        last = step.stores;
      }
      if (steps.length > 0) {
        const isRenewed = !isSameStores({ ...wanted, trusted: [] }, { ...current, trusted: [] });
        await this.recordSuccess(wanted, isRenewed ? 'certificates renewed' : 'authorities replaced');
      }
    } catch (error) {
      await this.recordFailure(current, wanted, reasonOf(error));
    }
  }

  /**
   * Makes sure that a running server has what the files hold: this process, or the server, may have been replaced in the middle
   * of a change.
   */
  private async verifyCurrent(current: Stores, isAll: boolean): Promise<Stores> {
    const { loaded } = this;
    try {
      await this.reload({ stores: current, mustAccept: current.keyEntry, isVerifiable: false });
      await this.recordSuccess(current, 'certificates are in use');
      return current;
    } catch (error) {
      if (loaded === undefined && isAll) {
        throw error;
      }
      if (loaded === undefined) {
        // What is in use may have expired, for instance. Each step to something better has its own proof.
        log.warn('the certificates in use are not proven', { folder: this.name, reason: reasonOf(error) });
        return current;
      }
      // It had read the old files before, and cannot come from there to here in one step.
      await this.write(loaded);
      this.loaded = undefined;
      await this.reload({ stores: loaded, mustAccept: loaded.keyEntry, isVerifiable: false });
      return loaded;
    }
  }

  /** On a failure the server gets back what it had before the step: that is known to work. */
  private async applyStep(step: ReloadStep, before: Stores): Promise<void> {
    await this.write(step.stores);
    try {
      await this.reload(step);
    } catch (error) {
      await this.write(before);
      this.isVerified = false;
      await this.reload({ stores: before, mustAccept: before.keyEntry, isVerifiable: false }).then(
        () => (this.isVerified = true),
        (again: unknown) =>
          log.error('the certificates from before could not be proven', {
            folder: this.name,
            reason: reasonOf(again),
          }),
      );
      throw error;
    }
  }

  private async reload(step: ReloadStep): Promise<void> {
    const { listeners } = this.managed;
    if (listeners.length === 0) {
      return;
    }
    await this.edges.reload(listeners[0].name);
    if (!step.isVerifiable) {
      await this.edges.sleep(RELOAD_DELAY_MS);
    }
    const end = this.edges.monotonicMs() + VERIFICATION_TIMEOUT_MS;
    for (;;) {
      const open = (await Promise.all(listeners.map((listener) => this.unverifiedReason(listener, step)))).filter(
        (reason) => reason !== undefined,
      );
      if (open.length === 0) {
        return;
      }
      if (this.edges.monotonicMs() >= end) {
        throw new Error(open.join('; '));
      }
      await this.edges.sleep(VERIFICATION_INTERVAL_MS);
    }
  }

  private async unverifiedReason(listener: ListenerConfig, step: ReloadStep): Promise<string | undefined> {
    // A listener that only accepts clients by these CAs serves a certificate of another folder.
    if (listener.certificateFolder !== this.name) {
      return undefined;
    }
    const shake: CertificateReconcilerEdges['handshake'] = (port, client) => this.edges.handshake(port, client);
    const open = await verifyReload(listener, this.name, step, shake);
    return open && `listener ${open.listener}: ${open.reason}`;
  }

  private write(stores: Stores): Promise<void> {
    return this.managed.folder.writeStores(toStoreFiles(stores));
  }

  private async recordSuccess(
    stores: Stores,
    message: 'certificates renewed' | 'authorities replaced' | 'certificates are in use',
  ): Promise<void> {
    const now = this.edges.now();
    const changedAt = await this.managed.folder.sourceChangedAt().catch(() => now);
    this.isVerified = true;
    this.loaded = undefined;
    this.failedStores = undefined;
    this.needsRestart = false;
    this.recorder.restartPending(this.name, false);
    this.lastMessages.clear();
    this.recorder.inUse(this.name, stores);
    this.recorder.reloaded(this.name, now);
    log.info(message, {
      ...certificateLogFields(this.name, stores),
      listeners: this.managed.listeners.map(({ name }) => name),
      secondsAfterChange: Math.round((now - changedAt) / 1000),
    });
    if (message === 'certificates renewed') {
      const serial = stores.keyEntry?.chain[0].serialNumber;
      await this.edges.recordEvent(
        'Normal',
        'CertificateRenewed',
        `certificates '${this.name}' renewed without a restart, serial ${serial}`,
      );
    } else if (message === 'authorities replaced') {
      await this.edges.recordEvent(
        'Normal',
        'AuthoritiesReplaced',
        `${this.managed.server} was given other authorities to trust for '${this.name}', ${stores.trusted.length} in all; ` +
          'whom it accepts now shows when somebody comes with a certificate of theirs',
      );
    }
  }

  private async recordFailure(current: Stores, wanted: Stores, reason: string): Promise<void> {
    if (await this.isDown()) {
      // It stops or restarts, which is no fault of the certificates; it reads the files when it comes back.
      this.isVerified = false;
      return;
    }
    this.failedStores = wanted;
    this.retryAt = this.edges.monotonicMs() + RETRY_MS;
    this.recorder.failed(this.name);
    const mend = this.restartReason(current, wanted);
    this.needsRestart = mend !== undefined;
    this.recorder.restartPending(this.name, this.needsRestart);
    const message = `${this.managed.server} has not taken over certificates '${this.name}': ${reason}`;
    await this.reportProblem(mend === undefined ? message : `${message}; ${mend}`, 'CertificateReloadFailed');
  }

  /** Why only a restart would mend a failure; undefined when another try may. */
  private restartReason(current: Stores, wanted: Stores): string | undefined {
    if (this.managed.server === 'ZooKeeper') {
      return 'ZooKeeper does so since 3.9.0; if it is older, or the next try fails, restart the pod';
    }
    if (isSameStores(current, wanted)) {
      // They were replaced while it started, by an agent that cannot say any more what it has read.
      return 'Kafka may have older ones, and no way from there to these: if the next try fails, restart the pod';
    }
    // Kafka tries the old certificate on the new CAs before it takes anything over, and one that has expired always fails,
    // which fails the reload of every other listener too: seen with 4.1.2.
    const end = current.keyEntry?.chain[0].validTo;
    return end !== undefined && this.edges.now() > Date.parse(end)
      ? `the certificate in use expired at ${new Date(end).toISOString()}, and Kafka takes over another only by a restart: restart the pod`
      : undefined;
  }

  /** Each complaint once, until there is another one. */
  private async reportProblem(message: string | undefined, reason: string): Promise<void> {
    if (message === this.lastMessages.get(reason)) {
      return;
    }
    this.lastMessages.set(reason, message);
    if (message !== undefined) {
      log.error(message, {
        nextTryInSeconds: reason === 'CertificateReloadFailed' ? RETRY_MS / 1000 : undefined,
      });
      await this.edges.recordEvent('Warning', reason, message);
    }
  }
}
