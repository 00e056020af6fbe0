import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CERTIFICATE_FILES, PATHS, STORE_FILES } from '../../lib/seam/agent-config';
import { PREVIOUS_CERTIFICATES } from './folder';
import { readConsistently } from './mounted-volume';
import { fingerprintsIn } from './pem';
import { readMounted } from '../runtime/config';

/** PEM texts, as `node:tls` takes them. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * Where a connection finds its key, its certificate and the CAs that it trusts. They are read for each connection, so
 * that renewed ones are used from then on.
 */
export class Credentials {
  /** What `init` checked and `serve` renews, in pods that have both. */
  static ofStores(folder: string, root: string = PATHS.stores): Credentials {
    const keyStore = `${root}/${folder}/${STORE_FILES.keyStore}`;
    return new Credentials(
      `${root}/${folder}`,
      keyStore,
      keyStore,
      `${root}/${folder}/${STORE_FILES.trustStore}`,
      `${root}/${folder}/${PREVIOUS_CERTIFICATES}`,
    );
  }

  /** What the source of the certificates mounts, for jobs. */
  static ofSource(folder: string, root: string = PATHS.certificates): Credentials {
    const [key, certificate, trusted] = (['key', 'certificate', 'trusted'] as const).map(
      (file) => `${root}/${folder}/${CERTIFICATE_FILES[file]}`,
    );
    return new Credentials(`${root}/${folder}`, key, certificate, trusted);
  }

  private constructor(
    private readonly folder: string,
    private readonly keyFile: string,
    /** File with the certificate that the connection shows. */
    readonly certificateFile: string,
    /** File with the CAs that the server's certificate must come from. */
    readonly trustedFile: string,
    /** File with certificates that the pod's own server was given before; absent where there is no server. */
    private readonly previousFile?: string,
  ) {}

  /**
   * Reads the files.
   *
   * @throws OperatorError that names the file which cannot be read
   */
  async read(): Promise<TlsMaterial> {
    // A key store holds both, and may be replaced between two looks at it.
    const names = [...new Set([this.keyFile, this.certificateFile, this.trustedFile])];
    const texts = await readConsistently(this.folder, async (version) => {
      const entries = names.map(
        async (name) => [name, await readMounted(`${version}/${basename(name)}`, name)] as const,
      );
      return new Map(await Promise.all(entries));
    });
    const [key, cert, ca] = [this.keyFile, this.certificateFile, this.trustedFile].map((name) =>
      texts.get(name)!,
    );
    return { key, cert, ca };
  }

  /** SHA-256 fingerprints of the certificates that the pod's own server was given and may serve, as Node.js prints them. */
  async ownFingerprints(): Promise<ReadonlySet<string>> {
    const files = [this.certificateFile, ...(this.previousFile === undefined ? [] : [this.previousFile])];
    // One that is not there says nothing: the server is not known by it.
    const [own, earlier = ''] = await Promise.all(
      files.map((file) => readFile(file, 'utf8').catch(() => '')),
    );
    return new Set([...fingerprintsIn(own).slice(0, 1), ...fingerprintsIn(earlier)]);
  }
}
