import { ListenerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../errors';
import { log } from '../log';
import { Identity, Stores, filesOf, storesOf } from './fitness';
import { Handshake } from './handshake';
import { KeptFolder } from './kept-folder';
import { unproven } from './proof';
import { Step, isSameStores, planReload } from './reload-plan';
import { Source } from './source';
import { summaryOf } from './summary';

/** A server reads its stores within this time after it was told to. */
const SETTLE_MS = 2_000;
const PROOF_MS = 10_000;
const PROOF_INTERVAL_MS = 250;
/** Pause after a failure, while the source stays as it is. */
const RETRY_MS = 60_000;

/** What a keeper does to the world. */
export interface KeeperEdges {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  ticks(): number;
  sleep(ms: number): Promise<void>;
  isListening(port: number): Promise<boolean>;
  shake(port: number, client?: Identity): Promise<Handshake>;
  /** Makes the server read its stores again. */
  reload(listener: string): Promise<void>;
  announce(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

/** What is told about a set of certificates, for Prometheus. */
export interface KeeperReport {
  inUse(folder: string, stores: Stores): void;
  reloaded(folder: string, at: number): void;
  failed(folder: string): void;
  /** Whether the source has something that is not fit to be taken over. */
  refused(folder: string, isRefused: boolean): void;
  restartPending(folder: string, isPending: boolean): void;
}

/** Keeps one set of certificates up to date. What a server gets is fit, and that it has taken it over is proven. */
export class FolderKeeper {
  /** Whether the running server is known to have what the files hold. */
  private isProven = false;
  /** What the server may have loaded before the files were renewed, when that happened before it listened. */
  private loaded?: Stores;
  private retryAt = -Infinity;
  /** Whether only a restart is known to bring what the source has. */
  private needsRestart = false;
  private failedOn?: Stores;
  private readonly source: Source;
  /** What was last said about the source, and about the server. */
  private readonly said = new Map<string, string | undefined>();

  constructor(
    private readonly kept: KeptFolder,
    private readonly edges: KeeperEdges,
    private readonly report: KeeperReport,
  ) {
    this.source = new Source(kept);
  }

  /** Name of the folder. */
  get name(): string {
    return this.kept.folder.name;
  }

  /** What it keeps, for the log. */
  get title(): string {
    return `certificates '${this.name}'`;
  }

  /** Looks at the source once, and does what has to be done. */
  async look(): Promise<void> {
    const current = storesOf(await this.kept.folder.readStores());
    this.report.inUse(this.name, current);
    const wanted = await this.wanted(current);
    if (!this.kept.isHot) {
      this.report.restartPending(this.name, wanted !== undefined && !isSameStores(current, wanted));
      return;
    }
    const isSame = wanted === undefined || isSameStores(current, wanted);
    if (isSame && this.isProven) {
      return;
    }
    if (await this.isDown()) {
      await this.writeForTheStart(current, isSame ? current : wanted);
    } else if (!this.isPausing(wanted ?? current)) {
      await this.takeOver(current, wanted ?? current);
    }
  }

  /** What the server should have; undefined when the source has nothing that it can be given. */
  private async wanted(current: Stores): Promise<Stores | undefined> {
    const found = await this.source.look(current, this.edges.now());
    if (found === undefined) {
      return undefined;
    }
    const { wanted, problem, isForRestart = false } = found;
    this.report.restartPending(this.name, isForRestart || this.needsRestart);
    this.report.refused(this.name, problem !== undefined);
    await this.complain(
      problem && `certificates '${this.name}' are left as they are: ${problem}`,
      'CertificateRefused',
    );
    return wanted;
  }

  private isPausing(wanted: Stores): boolean {
    return (
      this.failedOn !== undefined && isSameStores(this.failedOn, wanted) && this.edges.ticks() < this.retryAt
    );
  }

  private async isDown(): Promise<boolean> {
    const [first] = this.kept.listeners;
    return first !== undefined && !(await this.edges.isListening(first.port));
  }

  /** The server reads the files when it starts, or has just read them; which of the two shows when it listens. */
  private async writeForTheStart(current: Stores, wanted: Stores): Promise<void> {
    this.isProven = false;
    this.needsRestart = false;
    const steps = planReload(current, wanted, this.edges.now());
    if (steps.length > 0) {
      this.loaded ??= current;
      for (const { stores } of steps) {
        await this.write(stores);
      }
      log.info(`certificates written, ${this.kept.server} does not listen yet`, summaryOf(this.name, wanted));
    }
  }

  private async takeOver(current: Stores, wanted: Stores): Promise<void> {
    let last = current;
    try {
      if (!this.isProven) {
        last = await this.adopt(current, isSameStores(current, wanted));
      }
      const steps = planReload(last, wanted, this.edges.now());
      for (const step of steps) {
        await this.tryStep(step, last);
        last = step.stores;
      }
      if (steps.length > 0) {
        const isRenewed = !isSameStores({ ...wanted, trusted: [] }, { ...current, trusted: [] });
        await this.succeed(wanted, isRenewed ? 'certificates renewed' : 'authorities replaced');
      }
    } catch (error) {
      await this.fail(current, wanted, reasonOf(error));
    }
  }

  /**
   * Makes sure that a running server has what the files hold: this process, or the server, may have been replaced in the middle
   * of a change.
   */
  private async adopt(current: Stores, isAll: boolean): Promise<Stores> {
    const { loaded } = this;
    try {
      await this.reload({ stores: current, accepts: current.identity, isVisible: false });
      await this.succeed(current, 'certificates are in use');
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
      await this.reload({ stores: loaded, accepts: loaded.identity, isVisible: false });
      return loaded;
    }
  }

  /** On a failure the server gets back what it had before the step: that is known to work. */
  private async tryStep(step: Step, before: Stores): Promise<void> {
    await this.write(step.stores);
    try {
      await this.reload(step);
    } catch (error) {
      await this.write(before);
      this.isProven = false;
      await this.reload({ stores: before, accepts: before.identity, isVisible: false }).then(
        () => (this.isProven = true),
        (again: unknown) =>
          log.error('the certificates from before could not be proven', {
            folder: this.name,
            reason: reasonOf(again),
          }),
      );
      throw error;
    }
  }

  private async reload(step: Step): Promise<void> {
    const { listeners } = this.kept;
    if (listeners.length === 0) {
      return;
    }
    await this.edges.reload(listeners[0].name);
    if (!step.isVisible) {
      await this.edges.sleep(SETTLE_MS);
    }
    const end = this.edges.ticks() + PROOF_MS;
    for (;;) {
      const open = (await Promise.all(listeners.map((listener) => this.unproven(listener, step)))).filter(
        (reason) => reason !== undefined,
      );
      if (open.length === 0) {
        return;
      }
      if (this.edges.ticks() >= end) {
        throw new Error(open.join('; '));
      }
      await this.edges.sleep(PROOF_INTERVAL_MS);
    }
  }

  private async unproven(listener: ListenerConfig, step: Step): Promise<string | undefined> {
    // A listener that only accepts clients by these CAs serves a certificate of another folder.
    if (listener.certificates !== this.name) {
      return undefined;
    }
    const shake: KeeperEdges['shake'] = (port, client) => this.edges.shake(port, client);
    const open = await unproven(listener, this.name, step, shake);
    return open && `listener ${open.listener}: ${open.reason}`;
  }

  private write(stores: Stores): Promise<void> {
    return this.kept.folder.writeStores(filesOf(stores));
  }

  private async succeed(
    stores: Stores,
    message: 'certificates renewed' | 'authorities replaced' | 'certificates are in use',
  ): Promise<void> {
    const now = this.edges.now();
    const changedAt = await this.kept.folder.sourceChangedAt().catch(() => now);
    this.isProven = true;
    this.loaded = undefined;
    this.failedOn = undefined;
    this.needsRestart = false;
    this.report.restartPending(this.name, false);
    this.said.clear();
    this.report.inUse(this.name, stores);
    this.report.reloaded(this.name, now);
    log.info(message, {
      ...summaryOf(this.name, stores),
      listeners: this.kept.listeners.map(({ name }) => name),
      secondsAfterChange: Math.round((now - changedAt) / 1000),
    });
    if (message === 'certificates renewed') {
      const serial = stores.identity?.chain[0].serialNumber;
      await this.edges.announce(
        'Normal',
        'CertificateRenewed',
        `certificates '${this.name}' renewed without a restart, serial ${serial}`,
      );
    } else if (message === 'authorities replaced') {
      await this.edges.announce(
        'Normal',
        'AuthoritiesReplaced',
        `${this.kept.server} was given other authorities to trust for '${this.name}', ${stores.trusted.length} in all; ` +
          'whom it accepts now shows when somebody comes with a certificate of theirs',
      );
    }
  }

  private async fail(current: Stores, wanted: Stores, reason: string): Promise<void> {
    if (await this.isDown()) {
      // It stops or restarts, which is no fault of the certificates; it reads the files when it comes back.
      this.isProven = false;
      return;
    }
    this.failedOn = wanted;
    this.retryAt = this.edges.ticks() + RETRY_MS;
    this.report.failed(this.name);
    const mend = this.whyRestart(current, wanted);
    this.needsRestart = mend !== undefined;
    this.report.restartPending(this.name, this.needsRestart);
    const message = `${this.kept.server} has not taken over certificates '${this.name}': ${reason}`;
    await this.complain(mend === undefined ? message : `${message}; ${mend}`, 'CertificateReloadFailed');
  }

  /** Why only a restart would mend a failure; undefined when another try may. */
  private whyRestart(current: Stores, wanted: Stores): string | undefined {
    if (this.kept.server === 'ZooKeeper') {
      return 'ZooKeeper does so since 3.9.0; if it is older, or the next try fails, restart the pod';
    }
    if (isSameStores(current, wanted)) {
      // They were replaced while it started, by an agent that cannot say any more what it has read.
      return 'Kafka may have older ones, and no way from there to these: if the next try fails, restart the pod';
    }
    // Kafka tries the old certificate on the new CAs before it takes anything over, and one that has expired always fails,
    // which fails the reload of every other listener too: seen with 4.1.2.
    const end = current.identity?.chain[0].validTo;
    return end !== undefined && this.edges.now() > Date.parse(end)
      ? `the certificate in use expired at ${new Date(end).toISOString()}, and Kafka takes over another only by a restart: restart the pod`
      : undefined;
  }

  /** Each complaint once, until there is another one. */
  private async complain(message: string | undefined, reason: string): Promise<void> {
    if (message === this.said.get(reason)) {
      return;
    }
    this.said.set(reason, message);
    if (message !== undefined) {
      log.error(message, {
        nextTryInSeconds: reason === 'CertificateReloadFailed' ? RETRY_MS / 1000 : undefined,
      });
      await this.edges.announce('Warning', reason, message);
    }
  }
}
