import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { CertificateReporter, VerifiedChange } from './certificate-reporter';
import { ManagedFolder } from './managed-folder';
import { CertificateReconcilerEdges, CertificateRecorder } from './reconciler-edges';
import { isSameStores, planReload } from './reload-plan';
import { CertificateSource } from './source';
import { StoreReloader } from './store-reloader';
import { certificateLogFields } from './summary';
import { Stores, parseStores } from './validation';

/** Pause after a failed reload while the source is unchanged. */
const RETRY_MS = 60_000;

/** Keeps one set of certificates up to date. Only valid certificates are written, and each reload is verified. */
export class CertificateReconciler {
  /** True if the running server is known to use the stores on disk. */
  private isVerified = false;
  /** Stores that the server may have read, if newer ones were written before it listened. */
  private possiblyLoaded?: Stores;
  private retryAt = -Infinity;
  /** True if only a restart can bring the certificates of the source into use. */
  private needsRestart = false;
  private failedStores?: Stores;
  private readonly source: CertificateSource;
  private readonly reloader: StoreReloader;
  private readonly reporter: CertificateReporter;

  constructor(
    private readonly managed: ManagedFolder,
    private readonly edges: CertificateReconcilerEdges,
    private readonly recorder: CertificateRecorder,
  ) {
    this.source = new CertificateSource(managed);
    this.reloader = new StoreReloader(managed, edges);
    this.reporter = new CertificateReporter(managed, edges);
  }

  /** Name of the folder. */
  get name(): string {
    return this.managed.folder.name;
  }

  /** Subject in log lines. */
  get title(): string {
    return `certificates '${this.name}'`;
  }

  /** Compares the stores with the source once, and applies the difference. */
  async reconcile(): Promise<void> {
    const current = parseStores(await this.managed.folder.readStores());
    this.recorder.inUse(this.name, current);
    const desired = await this.desiredStores(current);
    if (!this.managed.isDynamic) {
      const isPending = desired !== undefined && !isSameStores(current, desired);
      this.recorder.restartPending(this.name, isPending);
      return;
    }
    const isSame = desired === undefined || isSameStores(current, desired);
    if (isSame && this.isVerified) {
      return;
    }
    if (await this.isDown()) {
      await this.writeBeforeStart(current, isSame ? current : desired);
    } else if (!this.isBackingOff(desired ?? current)) {
      await this.reloadTo(current, desired ?? current);
    }
  }

  /** Stores that the server should have; undefined if the source contains nothing that the server can use. */
  private async desiredStores(current: Stores): Promise<Stores | undefined> {
    const result = await this.source.check(current, this.edges.now());
    if (result === undefined) {
      return undefined;
    }
    const { stores, problem, requiresRestart = false } = result;
    this.recorder.restartPending(this.name, requiresRestart || this.needsRestart);
    this.recorder.invalid(this.name, problem !== undefined);
    await this.reporter.reportInvalid(problem);
    return stores;
  }

  private isBackingOff(desired: Stores): boolean {
    const { failedStores } = this;
    return (
      failedStores !== undefined &&
      isSameStores(failedStores, desired) &&
      this.edges.monotonicMs() < this.retryAt
    );
  }

  private async isDown(): Promise<boolean> {
    const [first] = this.managed.listeners;
    return first !== undefined && !(await this.edges.isListening(first.port));
  }

  /**
   * Writes stores before the server listens. The server may read them during its start or may have read the previous ones;
   * the first verification after it listens shows which.
   */
  private async writeBeforeStart(current: Stores, desired: Stores): Promise<void> {
    this.isVerified = false;
    this.needsRestart = false;
    const steps = planReload(current, desired, this.edges.now());
    if (steps.length > 0) {
      this.possiblyLoaded ??= current;
      for (const { stores } of steps) {
        await this.reloader.write(stores);
      }
      log.info(
        `certificates written before ${this.managed.server} listens`,
        certificateLogFields(this.name, desired),
      );
    }
  }

  private async reloadTo(current: Stores, desired: Stores): Promise<void> {
    let last = current;
    try {
      if (!this.isVerified) {
        last = await this.verifyCurrent(current, isSameStores(current, desired));
      }
      const steps = planReload(last, desired, this.edges.now());
      for (const step of steps) {
        await this.reloader.apply(step, last, (isVerified) => (this.isVerified = isVerified));
        last = step.stores;
      }
      if (steps.length > 0) {
        const isRenewed = !isSameStores({ ...desired, trusted: [] }, { ...current, trusted: [] });
        await this.recordSuccess(desired, isRenewed ? 'certificates renewed' : 'trusted CAs replaced');
      }
    } catch (error) {
      await this.recordFailure(current, desired, reasonOf(error));
    }
  }

  /**
   * Verifies that a running server uses the stores on disk. The agent or the server may have been replaced in the middle of
   * a change.
   *
   * @returns the stores that the server uses
   */
  private async verifyCurrent(current: Stores, isDesired: boolean): Promise<Stores> {
    const { possiblyLoaded } = this;
    try {
      await this.reloader.reloadUnchanged(current);
      await this.recordSuccess(current, 'certificates verified');
      return current;
    } catch (error) {
      if (possiblyLoaded === undefined && isDesired) {
        throw error;
      }
      if (possiblyLoaded === undefined) {
        // The certificate in use may have expired, for example. Each step towards the desired stores is verified itself.
        log.warn('cannot verify the certificates in use', {
          certificates: this.name,
          reason: reasonOf(error),
        });
        return current;
      }
      // The server read the previous files during its start and cannot change to the current ones in one step.
      await this.reloader.write(possiblyLoaded);
      this.possiblyLoaded = undefined;
      await this.reloader.reloadUnchanged(possiblyLoaded);
      return possiblyLoaded;
    }
  }

  private async recordSuccess(stores: Stores, change: VerifiedChange): Promise<void> {
    this.isVerified = true;
    this.possiblyLoaded = undefined;
    this.failedStores = undefined;
    this.needsRestart = false;
    this.recorder.restartPending(this.name, false);
    this.recorder.inUse(this.name, stores);
    this.recorder.reloaded(this.name, this.edges.now());
    await this.reporter.reportVerified(stores, change);
  }

  private async recordFailure(current: Stores, desired: Stores, reason: string): Promise<void> {
    if (await this.isDown()) {
      // The server is stopping or restarting. It reads the files when it starts.
      this.isVerified = false;
      return;
    }
    this.failedStores = desired;
    this.retryAt = this.edges.monotonicMs() + RETRY_MS;
    this.recorder.failed(this.name);
    const hint = this.restartHint(current, desired);
    this.needsRestart = hint !== undefined;
    this.recorder.restartPending(this.name, this.needsRestart);
    await this.reporter.reportFailure(reason, hint, RETRY_MS / 1000);
  }

  /** Reason why a restart is required after a failure; undefined if another attempt can succeed. */
  private restartHint(current: Stores, desired: Stores): string | undefined {
    if (this.managed.server === 'ZooKeeper') {
      return 'ZooKeeper reloads certificates since 3.9.0; if it is older or the next attempt fails, restart the pod';
    }
    if (isSameStores(current, desired)) {
      // A previous agent replaced the files while Kafka started, so it is unknown which files Kafka has read.
      return 'Kafka may use older certificates that it cannot replace without a restart; if the next attempt fails, restart the pod';
    }
    // Kafka validates the old certificate against the new CAs before each reload. An expired certificate always fails this
    // check, which fails the reload of all other listeners too (observed with 4.1.2).
    const expiry = current.keyEntry?.chain[0].validTo;
    return expiry !== undefined && this.edges.now() > Date.parse(expiry)
      ? `the certificate in use expired at ${new Date(expiry).toISOString()}, and Kafka replaces an expired certificate only in a restart: restart the pod`
      : undefined;
  }
}
