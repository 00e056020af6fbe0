import { CERTIFICATE_FILES, PATHS, STORE_FILES } from '../../lib/private/agent-config';
import { readMounted } from '../config';

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
    return new Credentials(keyStore, keyStore, `${root}/${folder}/${STORE_FILES.trustStore}`);
  }

  /** What the source of the certificates mounts, for jobs. */
  static ofSource(folder: string, root: string = PATHS.certificates): Credentials {
    const [key, certificate, trusted] = (['key', 'certificate', 'trusted'] as const).map(
      (file) => `${root}/${folder}/${CERTIFICATE_FILES[file]}`,
    );
    return new Credentials(key, certificate, trusted);
  }

  private constructor(
    private readonly keyFile: string,
    /** File with the certificate that the connection shows. */
    readonly certificateFile: string,
    /** File with the CAs that the server's certificate must come from. */
    readonly trustedFile: string,
  ) {}

  /**
   * Reads the files.
   *
   * @throws OperatorError that names the file which cannot be read
   */
  async read(): Promise<TlsMaterial> {
    const [key, cert, ca] = await Promise.all(
      [this.keyFile, this.certificateFile, this.trustedFile].map(readMounted),
    );
    return { key, cert, ca };
  }
}
