import { log } from '../runtime/log';
import { ManagedFolder } from './managed-folder';
import { CertificateReconcilerEdges } from './reconciler-edges';
import { certificateLogFields } from './summary';
import { Stores } from './validation';

/** Confirmed results of a reconciliation. */
export type VerifiedChange = 'certificates renewed' | 'trusted CAs replaced' | 'certificates verified';

type ProblemReason = 'CertificateInvalid' | 'CertificateReloadFailed';

/** Writes log lines and Events about the certificates of one folder. A problem is reported once until it changes. */
export class CertificateReporter {
  private readonly lastProblems = new Map<ProblemReason, string | undefined>();

  constructor(
    private readonly managed: ManagedFolder,
    private readonly edges: Pick<CertificateReconcilerEdges, 'now' | 'recordEvent'>,
  ) {}

  /** Reports that the running server uses the stores. */
  async reportVerified(stores: Stores, change: VerifiedChange): Promise<void> {
    const { folder, listeners, server } = this.managed;
    const now = this.edges.now();
    const changedAt = await folder.sourceChangedAt().catch(() => now);
    this.lastProblems.clear();
    log.info(change, {
      ...certificateLogFields(folder.name, stores),
      listeners: listeners.map(({ name }) => name),
      secondsAfterChange: Math.round((now - changedAt) / 1000),
    });
    if (change === 'certificates renewed') {
      const serial = stores.keyEntry?.chain[0].serialNumber;
      await this.edges.recordEvent(
        'Normal',
        'CertificateRenewed',
        `certificates '${folder.name}' renewed without a restart, serial ${serial}`,
      );
    } else if (change === 'trusted CAs replaced') {
      await this.edges.recordEvent(
        'Normal',
        'TrustedCasReplaced',
        `trusted CAs of certificates '${folder.name}' replaced in ${server} without a restart, CAs: ${stores.trusted.length}; ` +
          'the next client with a certificate of a new CA confirms the change',
      );
    }
  }

  /** Reports that the source contains certificates that the server cannot use; undefined if it does not. */
  reportInvalid(problem: string | undefined): Promise<void> {
    const { name } = this.managed.folder;
    return this.report(
      'CertificateInvalid',
      problem && `certificates '${name}' are not replaced: ${problem}`,
    );
  }

  /** Reports a failed reload. */
  reportFailure(reason: string, hint: string | undefined, retryInSeconds: number): Promise<void> {
    const { folder, server } = this.managed;
    const message = `${server} does not use the new certificates '${folder.name}': ${reason}`;
    return this.report(
      'CertificateReloadFailed',
      hint === undefined ? message : `${message}; ${hint}`,
      retryInSeconds,
    );
  }

  private async report(
    reason: ProblemReason,
    message: string | undefined,
    retryInSeconds?: number,
  ): Promise<void> {
    if (message === this.lastProblems.get(reason)) {
      return;
    }
    this.lastProblems.set(reason, message);
    if (message !== undefined) {
      log.error(message, { retryInSeconds });
      await this.edges.recordEvent('Warning', reason, message);
    }
  }
}
