import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { CERTIFICATE_FILES, PATHS, STORE_FILES } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { SourceFiles, StoreFiles } from './validation';
import { readConsistently } from './mounted-volume';
import { blocksIn } from './pem';

/** Where certificates come from, and where servers read them. */
export interface FolderRoots {
  readonly source: string;
  readonly stores: string;
}

const ROOTS: FolderRoots = { source: PATHS.certificates, stores: PATHS.stores };

/**
 * File beside the stores with the last certificates that they held. A server shows one of them until it has read the
 * stores again, and an agent that begins anew in between has to know its own server by something.
 */
export const PREVIOUS_CERTIFICATES = 'earlier.pem';
/** A change that fails, and the way back, are two. */
const MAX_PREVIOUS = 3;

/** The files of one set of certificates. */
export class Folder {
  constructor(
    readonly name: string,
    private readonly hasLeaf: boolean,
    private readonly roots: FolderRoots = ROOTS,
  ) {}

  /**
   * What the source has.
   *
   * @throws Error that names the file which cannot be read
   */
  async readSource(): Promise<SourceFiles> {
    return readConsistently(`${this.roots.source}/${this.name}`, async (version) => {
      const readOne = (file: keyof typeof CERTIFICATE_FILES) =>
        read(`${version}/${CERTIFICATE_FILES[file]}`, this.sourceFile(file));
      // One after another, so that of several missing files it is always the same that is named.
      const certificate = this.hasLeaf ? await readOne('certificate') : '';
      const key = this.hasLeaf ? await readOne('key') : '';
      return { certificate, key, trusted: await readOne('trusted') };
    });
  }

  /** When the source last changed, in milliseconds since 1970. */
  async sourceChangedAt(): Promise<number> {
    const files = [this.sourceFile('trusted'), ...(this.hasLeaf ? [this.sourceFile('certificate')] : [])];
    const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
    return Math.max(...times);
  }

  /**
   * What the server reads.
   *
   * @throws Error that names the file which cannot be read
   */
  async readStores(): Promise<StoreFiles> {
    const [keyStore, trustStore] = await Promise.all([
      this.hasLeaf ? read(this.storeFile('keyStore')) : undefined,
      read(this.storeFile('trustStore')),
    ]);
    return { keyStore, trustStore };
  }

  /** Writes what has changed. The server may read at any moment, so each file is replaced as a whole. */
  async writeStores({ keyStore, trustStore }: StoreFiles): Promise<void> {
    await mkdir(`${this.roots.stores}/${this.name}`, { recursive: true });
    await replaceIfChanged(this.storeFile('trustStore'), trustStore);
    if (keyStore !== undefined) {
      await this.keepPreviousCertificate(keyStore);
      await replaceIfChanged(this.storeFile('keyStore'), keyStore);
    }
  }

  /** Replaces each file by one with the same content, for a server that watches them. */
  async rewriteStores(): Promise<void> {
    const { keyStore, trustStore } = await this.readStores();
    await replaceFile(this.storeFile('trustStore'), trustStore);
    if (keyStore !== undefined) {
      await replaceFile(this.storeFile('keyStore'), keyStore);
    }
  }

  private async keepPreviousCertificate(next: string): Promise<void> {
    const before = await readFile(this.storeFile('keyStore'), 'utf8').catch(() => '');
    const [leaf] = blocksIn(before);
    if (leaf === undefined || leaf === blocksIn(next)[0]) {
      return;
    }
    const path = `${this.roots.stores}/${this.name}/${PREVIOUS_CERTIFICATES}`;
    const earlier = blocksIn(await readFile(path, 'utf8').catch(() => '')).filter((one) => one !== leaf);
    await replaceIfChanged(path, `${[leaf, ...earlier].slice(0, MAX_PREVIOUS).join('\n')}\n`);
  }

  private sourceFile(file: keyof typeof CERTIFICATE_FILES): string {
    return `${this.roots.source}/${this.name}/${CERTIFICATE_FILES[file]}`;
  }

  private storeFile(file: keyof typeof STORE_FILES): string {
    return `${this.roots.stores}/${this.name}/${STORE_FILES[file]}`;
  }
}

/** Reads a file, and calls it by the name that people know if it cannot be read. */
async function read(path: string, name: string = path): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`${name} cannot be read: ${reasonOf(error).replaceAll(path, name)}`);
  }
}

async function replaceIfChanged(path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== content) {
    await replaceFile(path, content);
  }
}

/** The server runs as another user of the same group. */
async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o640 });
  await rename(`${path}.new`, path);
}
