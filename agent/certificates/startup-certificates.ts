import { ServerPodConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { waitUntil } from '../runtime/wait';
import { requirementsOf } from './requirements';
import { CertificateRequirements, Stores, toStoreFiles, validateFiles } from './validation';
import { Folder, FolderRoots } from './folder';
import { certificateLogFields } from './summary';

const PAUSE_MS = 2_000;

/** A valid set of certificates. */
interface ValidCertificates {
  readonly folder: Folder;
  readonly stores: Stores;
}

/**
 * Certificates for the start of a server. A pod can wait for days before its server starts, so the certificates are
 * refreshed until then: peers do not trust old CAs for longer than necessary.
 */
export class StartupCertificates {
  private readonly sets: readonly {
    readonly folder: Folder;
    readonly requirements: CertificateRequirements;
  }[];
  private readonly written = new Map<string, string>();

  constructor(config: ServerPodConfig, id: number, roots?: FolderRoots) {
    this.sets = config.certificates.map((set) => ({
      folder: new Folder(set.folder, set.hasCertificate, roots),
      requirements: requirementsOf(config, id, set),
    }));
  }

  /** Waits until all certificates of the pod are valid, and writes the stores. */
  async prepare(signal: AbortSignal): Promise<void> {
    const all = await waitUntil<readonly ValidCertificates[]>(
      async () => {
        const { valid, problems } = await this.validateAll();
        return problems.length > 0 ? { waitingFor: problems.join('; ') } : { done: valid };
      },
      PAUSE_MS,
      signal,
    );
    await this.write(all);
  }

  /** Writes certificates that have changed since, if they are valid. */
  async refresh(): Promise<void> {
    await this.write((await this.validateAll()).valid);
  }

  private async validateAll(): Promise<{
    readonly valid: readonly ValidCertificates[];
    readonly problems: readonly string[];
  }> {
    const results = await Promise.all(
      this.sets.map(({ folder, requirements }) => validateFolder(folder, requirements)),
    );
    return {
      valid: results.filter((one) => typeof one !== 'string'),
      problems: results.filter((one) => typeof one === 'string'),
    };
  }

  private async write(all: readonly ValidCertificates[]): Promise<void> {
    for (const { folder, stores } of all) {
      const files = toStoreFiles(stores);
      const text = JSON.stringify(files);
      if (this.written.get(folder.name) !== text) {
        await folder.writeStores(files);
        this.written.set(folder.name, text);
        log.info('certificates written', certificateLogFields(folder.name, stores));
      }
    }
  }
}

async function validateFolder(
  folder: Folder,
  requirements: CertificateRequirements,
): Promise<ValidCertificates | string> {
  try {
    const result = validateFiles(await folder.readSource(), requirements, Date.now());
    return result.isValid
      ? { folder, stores: result.stores }
      : `certificates '${folder.name}' are invalid: ${result.reason}`;
  } catch (error) {
    return `certificates '${folder.name}': ${reasonOf(error)}`;
  }
}
