/*
 * Writes stores and reloads a running server. Kafka can confirm a reload and keep the old certificates, so a reload counts
 * only after handshakes have confirmed it.
 */
import { ListenerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { ManagedFolder } from './managed-folder';
import { CertificateReconcilerEdges } from './reconciler-edges';
import { ReloadStep } from './reload-plan';
import { verifyReload } from './reload-verification';
import { Stores, toStoreFiles } from './validation';

/** Maximum time until a server has read its stores after a reload request. */
const RELOAD_DELAY_MS = 2_000;
const VERIFICATION_TIMEOUT_MS = 10_000;
const VERIFICATION_INTERVAL_MS = 250;

type ReloaderEdges = Pick<CertificateReconcilerEdges, 'handshake' | 'monotonicMs' | 'reload' | 'sleep'>;

/** Reloads the stores of one folder. */
export class StoreReloader {
  constructor(
    private readonly managed: ManagedFolder,
    private readonly edges: ReloaderEdges,
  ) {}

  /** Writes the files that the server reads. */
  write(stores: Stores): Promise<void> {
    return this.managed.folder.writeStores(toStoreFiles(stores));
  }

  /**
   * Reloads the stores that are already written.
   *
   * @throws Error if handshakes do not confirm the reload
   */
  reloadUnchanged(stores: Stores): Promise<void> {
    return this.reload({ stores, mustAccept: stores.keyEntry, isVerifiable: false });
  }

  /**
   * Writes and reloads a step. After a failure it restores and reloads the previous stores.
   *
   * @param setVerified called after a failure with true if the server uses the previous stores again
   * @throws Error if handshakes do not confirm the reload
   */
  async apply(step: ReloadStep, previous: Stores, setVerified: (isVerified: boolean) => void): Promise<void> {
    await this.write(step.stores);
    try {
      await this.reload(step);
    } catch (error) {
      setVerified(false);
      await this.write(previous);
      await this.reloadUnchanged(previous).then(
        () => setVerified(true),
        (rollbackError: unknown) =>
          log.error('cannot verify the previous certificates after a failed reload', {
            certificates: this.managed.folder.name,
            reason: reasonOf(rollbackError),
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
      const reasons = await Promise.all(listeners.map((listener) => this.unverifiedReason(listener, step)));
      const pending = reasons.filter((reason) => reason !== undefined);
      if (pending.length === 0) {
        return;
      }
      if (this.edges.monotonicMs() >= end) {
        throw new Error(pending.join('; '));
      }
      await this.edges.sleep(VERIFICATION_INTERVAL_MS);
    }
  }

  private async unverifiedReason(listener: ListenerConfig, step: ReloadStep): Promise<string | undefined> {
    const { name } = this.managed.folder;
    // A listener that only authenticates clients by these CAs serves a certificate of another folder.
    if (listener.certificateFolder !== name) {
      return undefined;
    }
    const failure = await verifyReload(listener, name, step, (port, client) =>
      this.edges.handshake(port, client),
    );
    return failure && `listener ${failure.listener}: ${failure.reason}`;
  }
}
