import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CERTIFICATE_FILES, PATHS, STORE_FILES } from '../../lib/seam/agent-config';
import { PREVIOUS_CERTIFICATES } from './folder';
import { readConsistently } from './mounted-volume';
import { fingerprintsIn } from './pem';
import { readMounted } from '../runtime/config';

/** Key, certificate and CAs in PEM, as `node:tls` expects them. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * Files with the key, the certificate and the trusted CAs of a connection. They are read for each connection, so renewed
 * certificates are used without a restart.
 */
export class Credentials {
  /** The stores that `init` writes and `serve` renews, in pods of servers. */
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

  /** The mounted source of the certificates, for Jobs. */
  static ofSource(folder: string, root: string = PATHS.certificates): Credentials {
    const [key, certificate, trusted] = (['key', 'certificate', 'trusted'] as const).map(
      (file) => `${root}/${folder}/${CERTIFICATE_FILES[file]}`,
    );
    return new Credentials(`${root}/${folder}`, key, certificate, trusted);
  }

  private constructor(
    private readonly folder: string,
    private readonly keyFile: string,
    /** File with the client certificate. */
    readonly certificateFile: string,
    /** File with the CAs that the client trusts. */
    readonly trustedFile: string,
    /** File with previous certificates of the server in this pod; absent in pods without a server. */
    private readonly previousFile?: string,
  ) {}

  /**
   * Reads the files.
   *
   * @throws OperatorError if a file cannot be read
   */
  async read(): Promise<TlsMaterial> {
    // The keystore contains key and certificate, and can be replaced between two reads.
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

  /** SHA-256 fingerprints of the certificates that the server in this pod may serve, as Node.js prints them. */
  async ownFingerprints(): Promise<ReadonlySet<string>> {
    const files = [this.certificateFile, ...(this.previousFile === undefined ? [] : [this.previousFile])];
    // A missing file adds no fingerprint.
    const [current, previous = ''] = await Promise.all(
      files.map((file) => readFile(file, 'utf8').catch(() => '')),
    );
    return new Set([...fingerprintsIn(current).slice(0, 1), ...fingerprintsIn(previous)]);
  }
}
