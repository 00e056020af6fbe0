import { createHash } from 'node:crypto';
import { reasonOf } from '../runtime/errors';
import { union } from './bundle';
import { Stores, validateFiles } from './validation';
import { ManagedFolder } from './managed-folder';
import { incompatibleReason } from './names';

/** Content of a source: stores that the server can use, or the reason why it cannot. */
export interface SourceResult {
  readonly stores?: Stores;
  readonly problem?: string;
  /** True if the certificates are valid but require a restart of the server. */
  readonly requiresRestart?: boolean;
}

/** Source of the certificates of one folder. */
export class CertificateSource {
  /** Checksum of the source at the last check, if it was invalid. */
  private invalidChecksum?: string;

  constructor(
    private readonly managed: Pick<ManagedFolder, 'folder' | 'requirements' | 'isDynamic' | 'server'>,
  ) {}

  /**
   * Checks the source. Returns undefined if a change may still be in progress: invalid content counts only at the second
   * check.
   *
   * @param current stores of the server
   * @param now milliseconds since 1970
   */
  async check(current: Stores, now: number): Promise<SourceResult | undefined> {
    const { content, ...result } = await this.read(now);
    const invalid = result.problem === undefined ? undefined : checksum(content);
    const isNew = invalid !== undefined && invalid !== this.invalidChecksum;
    this.invalidChecksum = invalid;
    if (isNew) {
      return undefined;
    }
    const { stores } = result;
    const reason = this.managed.isDynamic && stores ? this.restartReason(current, stores) : undefined;
    return reason === undefined ? result : { problem: `${reason}; restart the pod`, requiresRestart: true };
  }

  private async read(now: number): Promise<SourceResult & { readonly content: string }> {
    try {
      const files = await this.managed.folder.readSource();
      const result = validateFiles(files, this.managed.requirements, now);
      const content = JSON.stringify(files);
      return result.isValid ? { content, stores: result.stores } : { content, problem: result.reason };
    } catch (error) {
      const problem = reasonOf(error);
      return { content: problem, problem };
    }
  }

  /** Reason why valid certificates require a restart; undefined if the running server can reload them. */
  private restartReason(current: Stores, desired: Stores): string | undefined {
    if (this.managed.server === 'ZooKeeper') {
      // ZooKeeper reloads any certificate. The clients in brokers do not, and could not reconnect.
      const all = current.trusted.length + desired.trusted.length;
      const hasCommonCa =
        current.trusted.length === 0 || union(current.trusted, desired.trusted).length < all;
      return hasCommonCa
        ? undefined
        : 'they have no trusted CA in common with the certificates that ZooKeeper and its clients use';
    }
    const before = current.keyEntry?.chain[0];
    const next = desired.keyEntry?.chain[0];
    const reason = before && next && incompatibleReason(before, next);
    return reason && `Kafka cannot reload this certificate while it runs: ${reason}`;
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
