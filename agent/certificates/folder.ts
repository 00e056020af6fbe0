import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { CERTIFICATE_FILES, PATHS, STORE_FILES } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { SourceFiles, StoreFiles } from './validation';
import { readConsistently } from './mounted-volume';
import { blocksIn } from './pem';

/** Root folders of the mounted certificates and of the stores that servers read. */
export interface FolderRoots {
  readonly source: string;
  readonly stores: string;
}

const ROOTS: FolderRoots = { source: PATHS.certificates, stores: PATHS.stores };

/**
 * File next to the stores with their previous certificates. A server serves one of them until it has reloaded the stores,
 * and an agent that restarts in between identifies its server by it.
 */
export const PREVIOUS_CERTIFICATES = 'previous.pem';
/** A failed change and its rollback add two certificates. */
const MAX_PREVIOUS = 3;

/** The files of one set of certificates. */
export class Folder {
  constructor(
    readonly name: string,
    private readonly hasCertificate: boolean,
    private readonly roots: FolderRoots = ROOTS,
  ) {}

  /**
   * Reads the files of the source.
   *
   * @throws Error if a file cannot be read
   */
  async readSource(): Promise<SourceFiles> {
    return readConsistently(`${this.roots.source}/${this.name}`, async (version) => {
      const readOne = (file: keyof typeof CERTIFICATE_FILES) =>
        read(`${version}/${CERTIFICATE_FILES[file]}`, this.sourceFile(file));
      // Read in sequence, so that the error always names the same file if several are missing.
      const certificate = this.hasCertificate ? await readOne('certificate') : '';
      const key = this.hasCertificate ? await readOne('key') : '';
      return { certificate, key, trusted: await readOne('trusted') };
    });
  }

  /** Time of the last change of the source, in milliseconds since 1970. */
  async sourceChangedAt(): Promise<number> {
    const files = [
      this.sourceFile('trusted'),
      ...(this.hasCertificate ? [this.sourceFile('certificate')] : []),
    ];
    const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
    return Math.max(...times);
  }

  /**
   * Reads the files that the server reads.
   *
   * @throws Error if a file cannot be read
   */
  async readStores(): Promise<StoreFiles> {
    const [keyStore, trustStore] = await Promise.all([
      this.hasCertificate ? read(this.storeFile('keyStore')) : undefined,
      read(this.storeFile('trustStore')),
    ]);
    return { keyStore, trustStore };
  }

  /** Writes changed files. The server can read at any time, so each file is replaced atomically. */
  async writeStores({ keyStore, trustStore }: StoreFiles): Promise<void> {
    await mkdir(`${this.roots.stores}/${this.name}`, { recursive: true });
    await replaceIfChanged(this.storeFile('trustStore'), trustStore);
    if (keyStore !== undefined) {
      await this.keepPreviousCertificate(keyStore);
      await replaceIfChanged(this.storeFile('keyStore'), keyStore);
    }
  }

  /** Replaces each file with the same content, for servers that watch the files. */
  async rewriteStores(): Promise<void> {
    const { keyStore, trustStore } = await this.readStores();
    await replaceFile(this.storeFile('trustStore'), trustStore);
    if (keyStore !== undefined) {
      await replaceFile(this.storeFile('keyStore'), keyStore);
    }
  }

  private async keepPreviousCertificate(next: string): Promise<void> {
    const current = await readFile(this.storeFile('keyStore'), 'utf8').catch(() => '');
    const [leaf] = blocksIn(current);
    if (leaf === undefined || leaf === blocksIn(next)[0]) {
      return;
    }
    const path = `${this.roots.stores}/${this.name}/${PREVIOUS_CERTIFICATES}`;
    const previous = blocksIn(await readFile(path, 'utf8').catch(() => '')).filter((one) => one !== leaf);
    await replaceIfChanged(path, `${[leaf, ...previous].slice(0, MAX_PREVIOUS).join('\n')}\n`);
  }

  private sourceFile(file: keyof typeof CERTIFICATE_FILES): string {
    return `${this.roots.source}/${this.name}/${CERTIFICATE_FILES[file]}`;
  }

  private storeFile(file: keyof typeof STORE_FILES): string {
    return `${this.roots.stores}/${this.name}/${STORE_FILES[file]}`;
  }
}

/** Reads a file. Error messages contain `name` instead of the path. */
async function read(path: string, name: string = path): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      isMissing && name.endsWith(`/${CERTIFICATE_FILES.trusted}`)
        ? `${name} does not exist: the issuer writes no CA into the Secret, so set caBundle of the CertificateIssuer`
        : `${name} cannot be read: ${reasonOf(error).replaceAll(path, name)}`,
    );
  }
}

async function replaceIfChanged(path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== content) {
    await replaceFile(path, content);
  }
}

/** The server runs as another user of the same group, which must be able to read the file. */
async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o640 });
  await rename(`${path}.new`, path);
}
