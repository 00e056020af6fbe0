import { createHash } from 'node:crypto';
import { reasonOf } from '../runtime/errors';
import { union } from './bundle';
import { Stores, validateFiles } from './validation';
import { ManagedFolder } from './managed-folder';
import { incompatibleReason } from './names';

/** What a source has: something that the server can be given, or why it cannot. */
export interface SourceResult {
  readonly wanted?: Stores;
  readonly problem?: string;
  /** Whether it is fit, and the server takes it over by a restart only. */
  readonly requiresRestart?: boolean;
}

/** Where the certificates of one folder come from. */
export class CertificateSource {
  /** Checksum of what it had at the last look, if that was not fit. */
  private invalidChecksum?: string;

  constructor(private readonly managed: Pick<ManagedFolder, 'folder' | 'demands' | 'isHot' | 'server'>) {}

  /**
   * Looks at it; undefined while somebody may be in the middle of writing it.
   *
   * @param current what the server has
   * @param now milliseconds since 1970
   */
  async check(current: Stores, now: number): Promise<SourceResult | undefined> {
    const { content, ...offer } = await this.read(now);
    const unfit = offer.problem === undefined ? undefined : checksum(content);
    const isNew = unfit !== undefined && unfit !== this.invalidChecksum;
    this.invalidChecksum = unfit;
    if (isNew) {
      return undefined;
    }
    const why = this.managed.isDynamic && offer.wanted ? this.restartReason(current, offer.wanted) : undefined;
    return why === undefined ? offer : { problem: `${why}; restart the pod`, requiresRestart: true };
  }

  private async read(now: number): Promise<SourceResult & { readonly content: string }> {
    try {
      const files = await this.managed.folder.readSource();
      const fitness = validateFiles(files, this.managed.requirements, now);
      const content = JSON.stringify(files);
      return fitness.isValid ? { content, wanted: fitness.stores } : { content, problem: fitness.reason };
    } catch (error) {
      const problem = reasonOf(error);
      return { content: problem, problem };
    }
  }

  /** Why a running server is not given something that is fit; undefined when it is. */
  private restartReason(current: Stores, wanted: Stores): string | undefined {
    if (this.managed.server === 'ZooKeeper') {
      // It would take over anything. Its clients inside brokers would not, and could never come back to it.
      const all = current.trusted.length + wanted.trusted.length;
      const hasBridge = current.trusted.length === 0 || union(current.trusted, wanted.trusted).length < all;
      return hasBridge
        ? undefined
        : 'it has no authority in common with what ZooKeeper and its clients trust now';
    }
    const before = current.keyEntry?.chain[0];
    const next = wanted.keyEntry?.chain[0];
    const why = before && next && incompatibleReason(before, next);
    return why && `Kafka would not take it over while it runs: ${why}`;
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
