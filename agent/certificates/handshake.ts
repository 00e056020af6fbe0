import { ConnectionOptions, connect } from 'node:tls';
import { codesOf, reasonOf } from '../runtime/errors';
import { PrivateKeyEntry } from './validation';
import { pemOf, pkcs8Of } from './pem';

const TIMEOUT_MS = 3_000;
const LOCAL = '127.0.0.1';

/** What a handshake with the pod's own server showed. */
export interface Handshake {
  /** Fingerprint of the certificate that it serves; undefined when there was no handshake. */
  readonly served?: string;
  /** Why there was none. */
  readonly failure?: string;
  /** Fingerprint of the certificate that it showed before it refused. */
  readonly presented?: string;
  /** Whether the server had to look at the client's certificate, so that the handshake is a verdict about it. */
  readonly isConclusive: boolean;
}

/**
 * Looks at the certificate that a listener of this pod serves. Whether it is to be trusted does not matter here.
 *
 * @param client whom to be; with one it is TLS 1.2, since a refusal under TLS 1.3 comes after the handshake
 */
export async function handshake(port: number, serverName: string, client?: PrivateKeyEntry): Promise<Handshake> {
  if (client === undefined) {
    return { ...(await attemptHandshake({ port, servername: serverName })), isConclusive: false };
  }
  const { isVersion, ...first } = await attemptHandshake({
    port,
    servername: serverName,
    key: pkcs8Of(client.key),
    cert: pemOf(client.chain),
    maxVersion: 'TLSv1.2',
    minVersion: 'TLSv1.2',
  });
  return isVersion
    ? { ...(await attemptHandshake({ port, servername: serverName })), isConclusive: false }
    : { ...first, isConclusive: true };
}

function attemptHandshake(options: ConnectionOptions): Promise<Omit<Handshake, 'isVerdict'> & { isVersion?: true }> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOCAL, timeout: TIMEOUT_MS, rejectUnauthorized: false, ...options });
    const end = (answer: Omit<Handshake, 'isVerdict'> & { isVersion?: true }) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end({ served: socket.getPeerX509Certificate()?.fingerprint256 }));
    socket.once('timeout', () => end({ failure: `no handshake within ${TIMEOUT_MS} ms` }));
    // It may fail once more while it is being destroyed.
    socket.on('error', (error) => {
      const isVersion = codesOf(error).some((code) =>
        /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code),
      );
      const shown = socket.getPeerX509Certificate()?.fingerprint256;
      end({ failure: reasonOf(error), presented: shown, ...(isVersion ? { isVersion } : {}) });
    });
  });
}
