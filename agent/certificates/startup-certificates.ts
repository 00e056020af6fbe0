import { ServerPodConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { requirementsOf } from './requirements';
import { CertificateRequirements, Stores, toStoreFiles, validateFiles } from './validation';
import { Folder, FolderRoots } from './folder';
import { certificateLogFields } from './summary';

const PAUSE_MS = 2_000;

/** A set of certificates that Kafka may get. */
interface ValidCertificates {
  readonly folder: Folder;
  readonly stores: Stores;
}

/**
 * What Kafka starts with. A pod may wait for days before it does, and others trust its certificates no longer than they
 * have to, so they are renewed until then.
 */
export class StartupCertificates {
  private readonly sets: readonly { readonly folder: Folder; readonly demands: CertificateRequirements }[];
  private readonly written = new Map<string, string>();

  constructor(config: ServerPodConfig, id: number, roots?: FolderRoots) {
    this.sets = config.certificates.map((set) => ({
      folder: new Folder(set.folder, set.hasCertificate, roots),
      demands: requirementsOf(config, id, set),
    }));
  }

  /** Waits until all certificates of the pod are fit, and writes them for Kafka. */
  async prepare(signal: AbortSignal): Promise<void> {
    const fit = await waitUntil<readonly ValidCertificates[]>(
      async () => {
        const { found, lacks } = await this.validateFolder();
        return lacks.length > 0 ? { waitingFor: lacks.join('; ') } : { done: found };
      },
      PAUSE_MS,
      signal,
    );
    await this.write(fit);
  }

  /** Takes over what has come meanwhile, as far as it is fit. */
  async refresh(): Promise<void> {
    await this.write((await this.validateFolder()).found);
  }

  private async validateFolder(): Promise<{ readonly found: readonly ValidCertificates[]; readonly lacks: readonly string[] }> {
    const looks = await Promise.all(this.sets.map(({ folder, demands }) => look(folder, demands)));
    return {
      found: looks.filter((one) => typeof one !== 'string'),
      lacks: looks.filter((one) => typeof one === 'string'),
    };
  }

  private async write(fit: readonly ValidCertificates[]): Promise<void> {
    for (const { folder, stores } of fit) {
      const files = toStoreFiles(stores);
      const text = JSON.stringify(files);
      if (this.written.get(folder.name) !== text) {
        await folder.writeStores(files);
        this.written.set(folder.name, text);
        log.info('certificates are fit', certificateLogFields(folder.name, stores));
      }
    }
  }
}

async function look(folder: Folder, demands: CertificateRequirements): Promise<ValidCertificates | string> {
  try {
    const fitness = validateFiles(await folder.readSource(), demands, Date.now());
    return fitness.isValid
      ? { folder, stores: fitness.stores }
      : `certificates '${folder.name}' are not fit: ${fitness.reason}`;
  } catch (error) {
    return `certificates '${folder.name}': ${reasonOf(error)}`;
  }
}
