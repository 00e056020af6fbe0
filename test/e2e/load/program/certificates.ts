import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Certificates of a client, as TLS options of Node.js. */
export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** Reads the current certificates. The kubelet replaces the folder of a Secret, so all files are read from the same folder. */
export function certificatesIn(folder: string, attempt = 0): TlsOptions {
  try {
    const current = realpathSync(join(folder, 'tls.crt'));
    const read = (file: string) => readFileSync(join(current, '..', file));
    return { cert: read('tls.crt'), key: read('tls.key'), ca: read('ca.crt') };
  } catch (error) {
    if (attempt < 3) {
      return certificatesIn(folder, attempt + 1);
    }
    throw error;
  }
}
