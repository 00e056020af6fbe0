import { ServerPodConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../errors';
import { log } from '../log';
import { waitUntil } from '../waiting';
import { demandsOf } from './demands';
import { Demands, Stores, filesOf, judgeFitness } from './fitness';
import { Folder, Roots } from './folder';
import { summaryOf } from './summary';

const PAUSE_MS = 2_000;

/** A set of certificates that Kafka may get. */
interface Fit {
  readonly folder: Folder;
  readonly stores: Stores;
}

/**
 * What Kafka starts with. A pod may wait for days before it does, and others trust its certificates no longer than they
 * have to, so they are renewed until then.
 */
export class StartStores {
  private readonly sets: readonly { readonly folder: Folder; readonly demands: Demands }[];
  private readonly written = new Map<string, string>();

  constructor(config: ServerPodConfig, id: number, roots?: Roots) {
    this.sets = config.certificates.map((set) => ({
      folder: new Folder(set.folder, set.hasLeaf, roots),
      demands: demandsOf(config, id, set),
    }));
  }

  /** Waits until all certificates of the pod are fit, and writes them for Kafka. */
  async prepare(signal: AbortSignal): Promise<void> {
    const fit = await waitUntil<readonly Fit[]>(
      async () => {
        const { found, lacks } = await this.look();
        return lacks.length > 0 ? { waitingFor: lacks.join('; ') } : { done: found };
      },
      PAUSE_MS,
      signal,
    );
    await this.write(fit);
  }

  /** Takes over what has come meanwhile, as far as it is fit. */
  async refresh(): Promise<void> {
    await this.write((await this.look()).found);
  }

  private async look(): Promise<{ readonly found: readonly Fit[]; readonly lacks: readonly string[] }> {
    const looks = await Promise.all(this.sets.map(({ folder, demands }) => look(folder, demands)));
    return {
      found: looks.filter((one) => typeof one !== 'string'),
      lacks: looks.filter((one) => typeof one === 'string'),
    };
  }

  private async write(fit: readonly Fit[]): Promise<void> {
    for (const { folder, stores } of fit) {
      const files = filesOf(stores);
      const text = JSON.stringify(files);
      if (this.written.get(folder.name) !== text) {
        await folder.writeStores(files);
        this.written.set(folder.name, text);
        log.info('certificates are fit', summaryOf(folder.name, stores));
      }
    }
  }
}

async function look(folder: Folder, demands: Demands): Promise<Fit | string> {
  try {
    const fitness = judgeFitness(await folder.readSource(), demands, Date.now());
    return fitness.isFit
      ? { folder, stores: fitness.stores }
      : `certificates '${folder.name}' are not fit: ${fitness.reason}`;
  } catch (error) {
    return `certificates '${folder.name}': ${reasonOf(error)}`;
  }
}
